export { type Advice, adviseSession, type Boundary, type Measured, measureSession, readSessionMeter, readThresholds } from './advise-session.ts';
export { beginTurn } from './begin-turn.ts';
export { dropReading, keepReading } from './kept-reading.ts';
export { primeSession } from './prime-session.ts';
export { type Prime, readPrime } from './read-prime.ts';
export { type PrimeStatus, readPrimeStatus } from './read-prime-status.ts';
export type { PrimeDeps } from './read-source.ts';
export { renderGuest } from './render-guest.ts';
export type { PrimeState } from './rules.ts';
