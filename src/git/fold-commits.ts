import { type Commit, listCommits } from './list-commits.ts';
import type { Git } from './open-git.ts';
import { planFold } from './rules.ts';
import { askLine } from './run-git.ts';

export type FoldRequest = {
  readonly repo: string;
  /** The chain's commits are those that `head` has and `base` has not; it is straight, as a rebase leaves it. */
  readonly base: string;
  readonly head: string;
  /** Which commits are to vanish into their neighbours, such as `WIP: …`. */
  readonly isFolded: (commit: Commit) => boolean;
  /** The message of the one commit that remains where all were folded. */
  readonly message: string;
};

const chainMax = 10_000;

/** A new head with the same files, whose chain has no folded commits; authors and dates of the others are kept. `head` itself where there is nothing to fold. Moves no ref. */
export async function foldCommits(git: Git, { repo, base, head, isFolded, message }: FoldRequest): Promise<string> {
  const commits = (await listCommits(git, { repo, from: base, to: head, max: chainMax })).reverse();
  const isStraight = commits.every((commit) => commit.parents.length === 1);
  if (!isStraight || !commits.some(isFolded)) return head;
  const byId = new Map(commits.map((commit) => [commit.commit, commit]));
  let parent = commits[0]?.parents[0] ?? base;
  for (const link of planFold(commits.map((commit) => ({ commit: commit.commit, isFolded: isFolded(commit) })))) {
    const [of, tree] = [byId.get(link.message), byId.get(link.tree)?.tree];
    if (of === undefined || tree === undefined) continue;
    parent = await remake(git, repo, { of, tree, parent, message: isFolded(of) ? message : of.message });
  }
  return parent;
}

function remake(git: Git, repo: string, { of, tree, parent, message }: { of: Commit; tree: string; parent: string; message: string }): Promise<string> {
  const env = { GIT_AUTHOR_NAME: of.author.name, GIT_AUTHOR_EMAIL: of.author.email, GIT_AUTHOR_DATE: `@${of.authoredAt / 1000} +0000` };
  return askLine(git, { dir: repo, args: ['commit-tree', tree, '-p', parent], env, input: `${message}\n` });
}
