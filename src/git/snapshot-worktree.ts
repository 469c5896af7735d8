import { join } from 'node:path';
import { Fault } from '#base';
import { fault } from '#host';
import { preservedRefs, type SkippedFile } from './model.ts';
import { moveRef } from './move-ref.ts';
import type { Git } from './open-git.ts';
import { openWorktree } from './open-worktree.ts';
import { readRef } from './read-refs.ts';
import { askLine, runGit } from './run-git.ts';
import { withScratchIndex } from './scratch-index.ts';
import { stageAll } from './stage-all.ts';

export type SnapshotRequest = {
  readonly dir: string;
  /** Under `refs/baton/preserved/`. */
  readonly ref: string;
  readonly message: string;
  /** Untracked files above it are listed, not kept; 10 MB where nothing is said. */
  readonly fileBytesMax?: number | undefined;
};

export type Snapshot = {
  /** `kept`: the ref already holds exactly this. */
  readonly kind: 'made' | 'kept';
  readonly commit: string;
  readonly tree: string;
  /** There is something that HEAD does not hold. */
  readonly isChanged: boolean;
  /** What is not in it and would be lost with the folder. */
  readonly skipped: readonly SkippedFile[];
};

const attemptsMax = 5;

/**
 * Keeps a worktree's tracked and untracked, not ignored files as a commit on HEAD under `ref`; branch, HEAD, index and files stay untouched, also in the
 * middle of a rebase or merge. An earlier snapshot becomes the second parent of one that differs, so that a file which was there then can still be had;
 * the ref alone decides how long all of them live. Faults: `not-found` (folder gone), `invalid` (no worktree), `unavailable` (disk full).
 */
export async function snapshotWorktree(git: Git, request: SnapshotRequest): Promise<Snapshot> {
  if (!request.ref.startsWith(preservedRefs))
    throw new Fault('invalid', `"${request.ref}" is not under ${preservedRefs}`, { hint: 'use preservedRef(session)' });
  const worktree = await openWorktree(git, request.dir);
  return withScratchIndex(git, worktree.gitDir, join(worktree.gitDir, 'index'), async (env) => {
    const { status, skipped } = await stageAll(git, { dir: worktree.dir, fileBytesMax: request.fileBytesMax, env });
    const tree = await askLine(git, { dir: worktree.dir, args: ['write-tree'], env });
    const kept = await keepTree(git, { ...request, dir: worktree.dir }, status.head, tree);
    return { ...kept, tree, isChanged: tree !== (await treeOf(git, worktree.dir, status.head)), skipped };
  });
}

async function keepTree(git: Git, { dir, ref, message }: SnapshotRequest, head: string | undefined, tree: string): Promise<Pick<Snapshot, 'kind' | 'commit'>> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const earlier = await readRef(git, { repo: dir, ref });
    if (earlier !== undefined && (await holds(git, dir, earlier, head, tree))) return { kind: 'kept', commit: earlier };
    const parents = [head, earlier].filter((parent) => parent !== undefined).flatMap((parent) => ['-p', parent]);
    const commit = await askLine(git, { dir, args: ['commit-tree', tree, ...parents], input: `${message}\n` });
    fault('git.snapshot.before');
    const moved = await moveRef(git, { repo: dir, ref, from: earlier, to: commit });
    fault('git.snapshot.after');
    if (moved === 'moved') return { kind: 'made', commit };
  }
  throw new Fault('conflict', `"${ref}" is being moved by others all the time`, { hint: 'only one process makes the snapshots of a session' });
}

/** True where the earlier snapshot has this tree and was made on this HEAD. */
async function holds(git: Git, dir: string, earlier: string, head: string | undefined, tree: string): Promise<boolean> {
  const [earlierTree, firstParent] = [await treeOf(git, dir, earlier), await readRef(git, { repo: dir, ref: `${earlier}^1` })];
  return earlierTree === tree && (head === undefined || firstParent === head);
}

/** The tree of a commit; for none, that of no files. */
async function treeOf(git: Git, dir: string, commit: string | undefined): Promise<string> {
  if (commit === undefined) return askLine(git, { dir, args: ['hash-object', '-t', 'tree', '--stdin'], input: '' });
  const { stdout } = await runGit(git, { dir, args: ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`] });
  return stdout.trim();
}
