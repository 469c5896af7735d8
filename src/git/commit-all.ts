import { Fault } from '#base';
import { fault } from '#host';
import type { GitIdentity, SkippedFile } from './model.ts';
import type { Git } from './open-git.ts';
import { findOperation, openWorktree } from './open-worktree.ts';
import { readStatus, statusArgs } from './read-status.ts';
import { askGit, askLine, explainFailure, runGit } from './run-git.ts';
import { stageAll } from './stage-all.ts';

export type CommitRequest = {
  readonly dir: string;
  readonly message: string;
  /** Baton's own identity where nothing is said; the committer is always Baton. */
  readonly author?: GitIdentity | undefined;
  readonly fileBytesMax?: number | undefined;
};

export type Committed =
  | { readonly kind: 'committed'; readonly commit: string; readonly skipped: readonly SkippedFile[] }
  | { readonly kind: 'nothing'; readonly skipped: readonly SkippedFile[] };

/**
 * Commits all that a snapshot would keep on the worktree's branch, without hooks and unsigned. Faults: `conflict` during a rebase, merge or the like and
 * while a file has conflicts (nothing is changed then), or while the index is locked; `not-found`, `invalid`.
 */
export async function commitAll(git: Git, { dir, message, author, fileBytesMax }: CommitRequest): Promise<Committed> {
  const worktree = await openWorktree(git, dir);
  const operation = findOperation(worktree);
  if (operation !== undefined) throw new Fault('conflict', `a ${operation} is under way in "${dir}"`, { hint: 'end it or abort it first' });
  await refuseConflicts(git, worktree.dir);
  fault('git.commit.before');
  const { skipped } = await stageAll(git, { dir: worktree.dir, fileBytesMax });
  const { code } = await runGit(git, { dir: worktree.dir, args: ['diff-index', '--cached', '--quiet', 'HEAD', '--'] });
  if (code === 0) return { kind: 'nothing', skipped };
  const env = author === undefined ? {} : { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email };
  const args = ['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--cleanup=whitespace', '--file=-'];
  const made = await runGit(git, { dir: worktree.dir, args, env, input: message });
  if (made.code !== 0 && /nothing to commit|nothing added to commit/.test(made.stdout)) return { kind: 'nothing', skipped };
  if (made.code !== 0) throw explainFailure({ dir: worktree.dir, args }, made);
  fault('git.commit.after');
  return { kind: 'committed', commit: await askLine(git, { dir: worktree.dir, args: ['rev-parse', 'HEAD'] }), skipped };
}

/** A stash that was applied leaves conflicts without an operation: their marks must not be committed. */
async function refuseConflicts(git: Git, dir: string): Promise<void> {
  const { changed } = readStatus(await askGit(git, { dir, args: [...statusArgs, '--untracked-files=no'] }));
  const unmerged = changed.find((file) => file.status === 'unmerged');
  if (unmerged !== undefined) throw new Fault('conflict', `"${unmerged.path}" in "${dir}" has conflicts`, { hint: 'resolve them first: git status' });
}
