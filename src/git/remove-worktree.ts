import { existsSync } from 'node:fs';
import { Fault } from '#base';
import { fault, removeTree } from '#host';
import type { Git } from './open-git.ts';
import { askGit, realFolder } from './run-git.ts';
import { findWorktree } from './worktree-records.ts';

/**
 * Removes a worktree with all that it holds, and its record; its branch stays. `gone`: there was neither. Nothing asks here whether its work is preserved.
 * Faults: `conflict` where it is locked, or where `dir` is something else than a worktree of this repository.
 */
export async function removeWorktree(git: Git, { repo, dir }: { repo: string; dir: string }): Promise<'removed' | 'gone'> {
  const home = realFolder(repo);
  const worktree = await findWorktree(git, home, dir);
  if (worktree === undefined) {
    if (!existsSync(dir)) return 'gone';
    throw new Fault('conflict', `"${dir}" is no worktree of "${home}"`, { hint: 'remove it by hand if it is not needed' });
  }
  if (worktree.lock !== undefined) {
    const why = worktree.lock.reason === '' ? 'no reason was given' : `"${worktree.lock.reason}"`;
    throw new Fault('conflict', `the worktree "${worktree.dir}" is locked: ${why}`, {
      hint: `git -C "${home}" worktree unlock "${worktree.dir}"`,
      details: { reason: worktree.lock.reason },
    });
  }
  fault('git.worktree-remove.before');
  // The folder first: a record without a folder is found again by the next attempt, a folder without a record would look like somebody else's.
  await removeTree(worktree.dir);
  fault('git.worktree-remove.folder');
  await askGit(git, { dir: home, args: ['worktree', 'remove', '--force', worktree.dir] });
  fault('git.worktree-remove.after');
  return 'removed';
}
