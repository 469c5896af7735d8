export * from './model.ts';
export { findRuntime, getRuntime, isAdapter, listRuntimes } from './registry.ts';
