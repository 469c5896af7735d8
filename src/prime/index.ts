export { type Advice, adviseSession, readSessionMeter, readThresholds } from './advise-session.ts';
export { beginTurn, type Prime, type PrimeDeps, primeSession, readPrime } from './prime-session.ts';
export type { PrimeState } from './rules.ts';
