import type { Git } from './open-git.ts';
import { askGit, askLine } from './run-git.ts';

/** What a worktree's branch holds that nobody else has yet. */
export type Unpublished = {
  /** Commits that neither the source's branches nor `target` have. */
  readonly commitCount: number;
  /** What was stashed on this branch, newest first, in git's words. Stashes are the whole repository's; those of other branches are left out. */
  readonly stashes: readonly string[];
};

/** Reads what only this branch holds. Writes nothing. Fault `not-found` for an unknown target. */
export async function readUnpublished(git: Git, { dir, branch, target }: { dir: string; branch: string | undefined; target: string }): Promise<Unpublished> {
  const count = await askLine(git, { dir, args: ['rev-list', '--count', 'HEAD', '--not', '--remotes=origin', `refs/heads/${target}`] });
  const stashes = (await askGit(git, { dir, args: ['stash', 'list', '--format=%gs'] })).split('\n');
  const isOurs = (line: string) => branch !== undefined && (line.startsWith(`WIP on ${branch}:`) || line.startsWith(`On ${branch}:`));
  return { commitCount: Number(count), stashes: stashes.filter(isOurs) };
}
