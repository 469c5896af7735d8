import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFault } from '#base';
import { endOwnLeftovers } from './claim.ts';
import type { Git } from './open-git.ts';
import { findOperation, type OpenedWorktree, openWorktree } from './open-worktree.ts';
import { getCommit } from './resolve-commit.ts';
import { askGit, runGit } from './run-git.ts';

/**
 * Puts a worktree that nobody but Baton works in (the landing's) at a commit: HEAD detached, operations dropped, changes and untracked files gone, ignored
 * ones such as node_modules kept. Whatever a killed landing left there, locks and git processes of ours included, is cleared. Never for an agent's worktree. Fault `not-found` for an unknown commit.
 */
export async function resetWorktree(git: Git, { dir, to }: { dir: string; to: string }): Promise<{ head: string }> {
  const worktree = await openWorktree(git, dir);
  const head = await getCommit(git, { repo: worktree.dir, name: to });
  try {
    await reset(git, worktree, head);
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
    await endOwnLeftovers(git, worktree.dir);
    removeLocks(worktree);
    await reset(git, worktree, head);
  }
  return { head };
}

async function reset(git: Git, worktree: OpenedWorktree, head: string): Promise<void> {
  const { dir } = worktree;
  const operation = findOperation(worktree);
  // Only forgets it; the files are put right below.
  if (operation === 'rebase' || operation === 'am') await runGit(git, { dir, args: [operation, '--quit'] });
  await askGit(git, { dir, args: ['checkout', '--quiet', '--force', '--detach', head, '--'] });
  await askGit(git, { dir, args: ['clean', '--quiet', '-d', '--force', '--force'] });
}

function removeLocks({ gitDir }: OpenedWorktree): void {
  for (const name of readdirSync(gitDir)) if (name.endsWith('.lock')) rmSync(join(gitDir, name), { force: true });
}
