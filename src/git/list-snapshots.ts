import type { Git } from './open-git.ts';
import { askGit, runGit } from './run-git.ts';

/** One snapshot of a worktree: the HEAD that it was made on, when in ms since 1970, and whether it holds anything that this HEAD does not. */
export type KeptSnapshot = {
  readonly commit: string;
  readonly base: string;
  readonly at: number;
  readonly message: string;
  readonly isChanged: boolean;
};

/** More are not made in a session's life; what lies behind them can still be had by its commit. */
const countMax = 200;

/** The snapshots under a ref, newest first: each is the second parent of the one after it. Empty where the ref is not there. */
export async function listSnapshots(git: Git, { repo, ref, max = countMax }: { repo: string; ref: string; max?: number }): Promise<KeptSnapshot[]> {
  const found: KeptSnapshot[] = [];
  let next: string | undefined = ref;
  while (next !== undefined && found.length < max) {
    const { code, stdout } = await runGit(git, { dir: repo, args: ['rev-parse', '--verify', '--quiet', `${next}^{commit}`] });
    if (code !== 0) break;
    const [facts = '', parents = '', trees = '', ...message] = (await readCommit(git, repo, stdout.trim())).split('\n');
    const [base, earlier] = parents.split(' ');
    if (base === undefined || base === '') break;
    const [commit = '', seconds] = facts.split(' ');
    const baseTree = await askGit(git, { dir: repo, args: ['rev-parse', `${base}^{tree}`] });
    found.push({ commit, base, at: Number(seconds) * 1000, message: message.join('\n').trim(), isChanged: baseTree.trim() !== trees });
    next = earlier;
  }
  return found;
}

function readCommit(git: Git, repo: string, commit: string): Promise<string> {
  return askGit(git, { dir: repo, args: ['show', '--no-patch', '--format=%H %ct%n%P%n%T%n%s', commit] });
}
