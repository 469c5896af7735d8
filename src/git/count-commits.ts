import type { Git } from './open-git.ts';
import { askGit } from './run-git.ts';

/** How many commits only `to` has (`aheadCount`) and only `from` has (`behindCount`). `repo` may be a worktree too. Fault `not-found` for an unknown name. */
export async function countCommits(
  git: Git,
  { repo, from, to }: { repo: string; from: string; to: string },
): Promise<{ aheadCount: number; behindCount: number }> {
  const text = await askGit(git, { dir: repo, args: ['rev-list', '--count', '--left-right', '--end-of-options', `${from}...${to}`, '--'] });
  const [behind, ahead] = text.trim().split('\t');
  return { aheadCount: Number(ahead), behindCount: Number(behind) };
}
