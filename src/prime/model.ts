export { type PrimePart, type PrimeState } from './rules.ts';
