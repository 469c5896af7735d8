export { leaseMs } from './run-loop.ts';
