export { type AddedWorktree, addWorktree, type WorktreeRequest } from './add-worktree.ts';
export { type Cloned, type CloneRequest, cloneBare } from './clone-bare.ts';
export { type CommitRequest, type Committed, commitAll } from './commit-all.ts';
export { countCommits } from './count-commits.ts';
export { createRepository } from './create-repository.ts';
export { type Forwarded, fastForward } from './fast-forward.ts';
export { type Fetched, fetchOrigin } from './fetch-origin.ts';
export { findRepositoryAround, type Repository } from './find-repository.ts';
export { type FoldRequest, foldCommits } from './fold-commits.ts';
export { isAncestor } from './is-ancestor.ts';
export { isSameTree } from './is-same-tree.ts';
export { type Commit, listCommits } from './list-commits.ts';
export { listIgnored } from './list-ignored.ts';
export { listRemote, type RemoteRefs } from './list-remote.ts';
export { type KeptSnapshot, listSnapshots } from './list-snapshots.ts';
export { listWorktrees, type Worktree } from './list-worktrees.ts';
export {
  type ChangedFile,
  crewBranch,
  type GitIdentity,
  type MovedRef,
  type Operation,
  type OurBranch,
  polecatBranch,
  preservedRef,
  readOurBranch,
  type SkippedFile,
} from './model.ts';
export { moveRef, type RefMove } from './move-ref.ts';
export { type Git, type GitRequest, openGit } from './open-git.ts';
export { type Pushed, type PushRequest, pushRef } from './push-ref.ts';
export { readGitVersion } from './read-git-version.ts';
export { type FoundRef, listRefs, readRef } from './read-refs.ts';
export { readUnpublished, type Unpublished } from './read-unpublished.ts';
export { readWorktree, type WorktreeState } from './read-worktree.ts';
export { type Rebased, type RebaseRequest, rebaseBranch } from './rebase-branch.ts';
export { type GuardRequest, installReferenceGuard, isReferenceGuardInstalled } from './reference-guard.ts';
export { removeWorktree } from './remove-worktree.ts';
export { repairWorktrees } from './repair-worktrees.ts';
export { resetWorktree } from './reset-worktree.ts';
export { resolveCommit } from './resolve-commit.ts';
export { restoreSnapshot } from './restore-snapshot.ts';
export { type Snapshot, type SnapshotRequest, snapshotWorktree } from './snapshot-worktree.ts';
export { undoWorktree } from './undo-worktree.ts';
export { unlockWorktree } from './unlock-worktree.ts';
