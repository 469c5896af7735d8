import type { Git } from './open-git.ts';
import { runGit } from './run-git.ts';

/** True where two commits hold the same files, whatever their history is. */
export async function isSameTree(git: Git, { repo, one, other }: { repo: string; one: string; other: string }): Promise<boolean> {
  const { code } = await runGit(git, { dir: repo, args: ['diff-tree', '--quiet', one, other] });
  return code === 0;
}
