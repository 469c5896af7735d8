export { type EndAnswer, type EndDeps, type EndRequest, endAssignment } from './end-assignment.ts';
export { type LandAnswer, type LandDeps, landNext } from './land-next.ts';
export { findNextMerge, getMerge, listMerges, listRigsToLand } from './merge-requests.ts';
export type { MergeRequest, MergeStatus } from './model.ts';
export { retryMerge } from './retry-merge.ts';
