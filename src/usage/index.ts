export * from './model.ts';
export { readSpending, readSpendings } from './read-spending.ts';
export { type NewTurns, recordTurns } from './record-turns.ts';
