import type { Git } from './open-git.ts';
import { askGit, realFolder } from './run-git.ts';
import { findWorktree } from './worktree-records.ts';

/** Takes back a `git worktree lock`, so that the worktree can be removed; does nothing where there is none. */
export async function unlockWorktree(git: Git, { repo, dir }: { repo: string; dir: string }): Promise<void> {
  const home = realFolder(repo);
  const worktree = await findWorktree(git, home, dir);
  if (worktree?.lock !== undefined) await askGit(git, { dir: home, args: ['worktree', 'unlock', worktree.dir] });
}
