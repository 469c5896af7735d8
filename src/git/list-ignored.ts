import { readName } from './git-name.ts';
import type { Git } from './open-git.ts';
import { openWorktree } from './open-worktree.ts';
import { askGit } from './run-git.ts';

/**
 * What the project itself ignores (its `.gitignore` files) and is there all the same; a folder of nothing else is one entry that ends with "/". What
 * Baton placed and excluded for this worktree alone is left out. No snapshot holds any of it.
 */
export async function listIgnored(git: Git, dir: string): Promise<string[]> {
  const worktree = await openWorktree(git, dir);
  const args = ['ls-files', '--others', '--ignored', '--exclude-per-directory=.gitignore', '--directory', '--no-empty-directory'];
  const text = await askGit(git, { dir: worktree.dir, args });
  return text.split('\n').flatMap((line) => (line === '' ? [] : [readName(line).text]));
}
