export { type Advice, adviseSession, type Boundary, type Measured, measureSession, readSessionMeter, readThresholds } from './advise-session.ts';
export { beginTurn } from './begin-turn.ts';
export { dropReading, keepReading } from './kept-reading.ts';
export { primeSession } from './prime-session.ts';
export { type Prime, type PrimeDeps, readPrime } from './read-prime.ts';
export type { PrimeState } from './rules.ts';
