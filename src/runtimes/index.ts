export * from './model.ts';
export { findRuntime, getRuntime, runtimes } from './registry.ts';
