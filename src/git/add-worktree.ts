import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { assert, Fault } from '#base';
import { fault } from '#host';
import type { Worktree } from './list-worktrees.ts';
import { hooksFolder, setConfig } from './make-repository.ts';
import { judgeRefName } from './model.ts';
import { moveRef } from './move-ref.ts';
import { type Git, placeVariable } from './open-git.ts';
import { removeWorktree } from './remove-worktree.ts';
import { getCommit, resolveCommit } from './resolve-commit.ts';
import { askGit, askLine, realFolder } from './run-git.ts';
import { takeBack, withPlace } from './undo-worktree.ts';
import { findWorktree, realPath } from './worktree-records.ts';

export type WorktreeRequest = {
  readonly repo: string;
  /** Nothing is there, or an empty folder, or the very worktree that is asked for. */
  readonly dir: string;
  /** A branch that is there, or a new one that begins at `from`; without a branch, HEAD is detached at `from`. */
  readonly branch?: string | undefined;
  readonly from?: string | undefined;
};

/** `there`: the worktree existed on that branch and was left as it is. */
export type AddedWorktree = { readonly kind: 'made' | 'there'; readonly dir: string; readonly head: string };

/**
 * Adds a worktree, with the guard's hooks pinned in its own configuration. Many at once in one repository are fine; what a killed attempt left is
 * removed first. Faults: `conflict` (the path or the branch is taken), `not-found` (no such `from`), `invalid`.
 */
export async function addWorktree(git: Git, request: WorktreeRequest): Promise<AddedWorktree> {
  const repo = realFolder(request.repo);
  const dir = realPath(request.dir);
  if (request.branch !== undefined) checkBranch(request.branch);
  return withPlace(git, { repo, dir }, async (begun) => {
    const there = await judgePlace(git, { ...request, repo, dir });
    if (there !== undefined) return there;
    return make(git, { ...request, repo, dir }, begun);
  });
}

/** From here on until the end, what lies at `dir` is ours to remove: `begun` says so to a later attempt. */
async function make(git: Git, request: WorktreeRequest, begun: string): Promise<AddedWorktree> {
  const { repo, dir, branch } = request;
  const commitish = branch === undefined ? ['--detach', dir, await resolveFrom(git, request)] : [dir, branch];
  if (branch !== undefined) await ensureBranch(git, request, branch);
  writeFileSync(begun, '');
  fault('git.worktree-add.before');
  try {
    await askGit(git, { dir: repo, args: ['worktree', 'add', '--quiet', ...commitish], env: { [placeVariable]: dir } });
    fault('git.worktree-add.made');
    await setConfig(git, dir, '--worktree', { 'core.hooksPath': hooksFolder(repo) });
  } catch (error) {
    await takeBack(git, repo, dir);
    throw error;
  } finally {
    rmSync(begun, { force: true });
  }
  fault('git.worktree-add.after');
  return { kind: 'made', dir, head: await askLine(git, { dir, args: ['rev-parse', 'HEAD'] }) };
}

/** The worktree that is asked for, where it is there; a fault where something else is. A record whose folder is gone is dropped. */
async function judgePlace(git: Git, { repo, dir, branch }: WorktreeRequest): Promise<AddedWorktree | undefined> {
  const worktree = await findWorktree(git, repo, dir);
  if (worktree?.isMissing === true) await removeWorktree(git, { repo, dir });
  if (worktree === undefined || worktree.isMissing) {
    if (!existsSync(dir) || isEmptyFolder(dir)) return undefined;
    throw new Fault('conflict', `"${dir}" is there and is no worktree of "${repo}"`, { hint: 'move it away, or take another name' });
  }
  if (worktree.branch !== branch) throw otherBranch(worktree, branch);
  assert(worktree.head !== undefined, `the worktree "${dir}" has no commit`);
  return { kind: 'there', dir, head: worktree.head };
}

function otherBranch(worktree: Worktree, branch: string | undefined): Fault {
  const [is, wanted] = [worktree.branch ?? 'no branch', branch ?? 'no branch'];
  return new Fault('conflict', `the worktree "${worktree.dir}" is on ${is}, not on ${wanted}`, {
    hint: 'remove that worktree first; what it holds is to be preserved before',
  });
}

async function ensureBranch(git: Git, request: WorktreeRequest, branch: string): Promise<void> {
  if ((await resolveCommit(git, { repo: request.repo, name: `refs/heads/${branch}` })) !== undefined) return;
  // Somebody who made it in this moment made the same branch: then it is there, and that is what was asked.
  await moveRef(git, { repo: request.repo, ref: `refs/heads/${branch}`, from: undefined, to: await resolveFrom(git, request) });
}

async function resolveFrom(git: Git, { repo, branch, from }: WorktreeRequest): Promise<string> {
  if (from !== undefined) return getCommit(git, { repo, name: from });
  throw new Fault('not-found', `there is no branch "${branch ?? ''}" in "${repo}"`, { hint: 'say where a new branch begins' });
}

function checkBranch(branch: string): void {
  const judged = judgeRefName(branch);
  if (judged.kind === 'invalid')
    throw new Fault('invalid', `"${branch}" is no name for a branch: ${judged.reason}`, { hint: 'take letters, digits, "-" and "/"' });
}

function isEmptyFolder(dir: string): boolean {
  try {
    return readdirSync(dir).length === 0;
  } catch {
    return false;
  }
}
