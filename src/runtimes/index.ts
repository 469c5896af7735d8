export * from './model.ts';
export { findRuntime, getRuntime, isAdapter, listRuntimes, runtimes } from './registry.ts';
