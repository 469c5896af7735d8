export { findLease, giveLease, type LeaseAnswer, type LeaseRequest, takeLease } from './lease.ts';
export { createStore, type UpdateAnswer, updateStore } from './migrate-store.ts';
export { openStore } from './open-store.ts';
export { type EventQuery, lastSeq, readEvents } from './read-events.ts';
export type { Changed, ChangeRequest, Reader, Store, Tx } from './store.ts';
