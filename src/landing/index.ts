export { type EndAnswer, type EndDeps, type EndRequest, endAssignment } from './end-assignment.ts';
export { type LandAnswer, type LandDeps, landNext } from './land-next.ts';
export type { MergeRequest, MergeStatus } from './model.ts';
export { getMerge, listMerges, listRigsToLand } from './read-merges.ts';
export { retryMerge } from './retry-merge.ts';
