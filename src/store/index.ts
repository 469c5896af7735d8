export { findLease, giveLease, type LeaseAnswer, takeLease } from './lease.ts';
export { createStore, migrateStore } from './migrate-store.ts';
export { schemaVersion } from './model.ts';
export { openStore } from './open-store.ts';
export { type EventQuery, lastSeq, readEvents } from './read-events.ts';
export type { Changed, ChangeRequest, Reader, Store, Tx } from './store.ts';
export { isUniqueViolation } from './store-faults.ts';
