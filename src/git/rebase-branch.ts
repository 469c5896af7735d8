import { readName } from './git-name.ts';
import { isAncestor } from './is-ancestor.ts';
import type { Git } from './open-git.ts';
import { resetWorktree } from './reset-worktree.ts';
import { getCommit } from './resolve-commit.ts';
import { askGit, explainFailure, runGit } from './run-git.ts';

export type RebaseRequest = {
  /** The landing's worktree: whatever is in it is thrown away. */
  readonly worktree: string;
  readonly branchHead: string;
  readonly onto: string;
};

/** `files` are those with conflicts; `detail` is what git said of each. */
export type Rebased =
  | { readonly kind: 'clean'; readonly head: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly detail: string };

/**
 * Puts the commits of a branch on top of `onto`, without moving any branch; authors are kept. Commits that change nothing there are dropped. The worktree
 * is left clean: detached at the answer's head, or at `onto` after a conflict. Fault `not-found` for an unknown commit.
 */
export async function rebaseBranch(git: Git, { worktree: dir, branchHead, onto }: RebaseRequest): Promise<Rebased> {
  const [head, base] = [await getCommit(git, { repo: dir, name: branchHead }), await getCommit(git, { repo: dir, name: onto })];
  await resetWorktree(git, { dir, to: head });
  if (await isAncestor(git, { repo: dir, ancestor: base, of: head })) return { kind: 'clean', head };
  const args = ['rebase', '--quiet', '--no-fork-point', '--no-gpg-sign', base];
  const result = await runGit(git, { dir, args, isOnce: true });
  const conflict = result.code === 0 ? undefined : await readConflict(git, dir, result.stdout);
  if (result.code === 0) return { kind: 'clean', ...(await resetWorktree(git, { dir, to: 'HEAD' })) };
  await resetWorktree(git, { dir, to: base });
  if (conflict === undefined) throw explainFailure({ dir, args }, result);
  return { kind: 'conflict', ...conflict };
}

async function readConflict(git: Git, dir: string, output: string): Promise<{ files: string[]; detail: string } | undefined> {
  const text = await askGit(git, { dir, args: ['diff', '--name-only', '--diff-filter=U', '--no-ext-diff'] });
  const files = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readName(line).text);
  const said = output.split('\n').filter((line) => line.startsWith('CONFLICT'));
  return files.length === 0 ? undefined : { files, detail: said.join('\n') };
}
