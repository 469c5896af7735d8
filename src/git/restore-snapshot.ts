import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base';
import { fault } from '#host';
import type { Git } from './open-git.ts';
import { openWorktree } from './open-worktree.ts';
import { readWorktree } from './read-worktree.ts';
import { resolveCommit } from './resolve-commit.ts';
import { askGit, realFolder } from './run-git.ts';
import { withScratchIndex } from './scratch-index.ts';

export type RestoreRequest = {
  readonly repo: string;
  /** A snapshot's ref, or any commit. */
  readonly ref: string;
  /** A folder that is missing or empty, or a worktree of `repo` without changes. */
  readonly dir: string;
};

/**
 * Brings a snapshot's files back as they were. In a worktree they come as uncommitted changes; its branch and HEAD stay. Faults: `not-found` (no such
 * ref), `conflict` where files would be overwritten.
 */
export async function restoreSnapshot(git: Git, { repo, ref, dir }: RestoreRequest): Promise<{ commit: string }> {
  const commit = await resolveCommit(git, { repo, name: ref });
  if (commit === undefined)
    throw new Fault('not-found', `there is no "${ref}" in "${repo}"`, { hint: `what is kept: git -C "${repo}" for-each-ref refs/baton/preserved` });
  fault('git.restore.before');
  if (existsSync(join(dir, '.git'))) await intoWorktree(git, commit, dir);
  else await intoFolder(git, commit, { repo: realFolder(repo), dir });
  fault('git.restore.after');
  return { commit };
}

async function intoFolder(git: Git, commit: string, { repo, dir }: { repo: string; dir: string }): Promise<void> {
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) throw new Fault('conflict', `"${dir}" is not empty`, { hint: 'name a new folder' });
  await withScratchIndex(git, repo, undefined, (index) =>
    askGit(git, { dir, args: ['read-tree', '--reset', '-u', commit], env: { ...index, GIT_DIR: repo, GIT_WORK_TREE: realFolder(dir) } }),
  );
}

async function intoWorktree(git: Git, commit: string, dir: string): Promise<void> {
  const { changed, untracked, head, operation } = await readWorktree(git, dir);
  const first = changed[0]?.path ?? untracked[0];
  if (operation !== undefined) throw new Fault('conflict', `a ${operation} is under way in "${dir}"`, { hint: 'end it or abort it first' });
  if (first !== undefined)
    throw new Fault('conflict', `"${dir}" has changes, such as "${first}", that would be overwritten`, { hint: 'commit them, or restore into a new folder' });
  const worktree = await openWorktree(git, dir);
  await askGit(git, { dir: worktree.dir, args: ['read-tree', '--reset', '-u', commit] });
  // The files stay; the index goes back to HEAD, so that what was uncommitted is so again.
  await askGit(git, { dir: worktree.dir, args: head === undefined ? ['read-tree', '--empty'] : ['reset', '--quiet', '--mixed', head] });
}
