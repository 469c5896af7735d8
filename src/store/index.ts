export { readHorizon } from './horizon.ts';
export { findLease, giveLease, type LeaseAnswer, type LeaseRequest, takeLease } from './lease.ts';
export { createStore, type UpdateAnswer, updateStore } from './migrate-store.ts';
export { isOlderStore, openStore } from './open-store.ts';
export { type PruneAnswer, type PrunePolicy, pruneEvents } from './prune-events.ts';
export { type Chronicle, readChronicle } from './read-chronicle.ts';
export { type EventQuery, lastSeq, readEvents } from './read-events.ts';
export { judgeWorth, makeRetentions, retentionOf } from './rules.ts';
export type { Changed, ChangeRequest, Reader, Store, Tx } from './store.ts';
