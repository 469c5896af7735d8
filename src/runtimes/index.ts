export * from './model.ts';
export { getRuntime } from './registry.ts';
