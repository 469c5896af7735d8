import type { Git } from './open-git.ts';
import { askGit } from './run-git.ts';

/** Makes a repository and its worktrees, of which both were moved, know each other again. `dirs` are the places of the worktrees now. */
export async function repairWorktrees(git: Git, { repo, dirs }: { repo: string; dirs: readonly string[] }): Promise<void> {
  if (dirs.length > 0) await askGit(git, { dir: repo, args: ['worktree', 'repair', ...dirs] });
}
