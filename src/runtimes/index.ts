export * from './model.ts';
export { findRuntime, getRuntime } from './registry.ts';
