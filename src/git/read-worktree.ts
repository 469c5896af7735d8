import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modifiedAt } from '#host';
import { countCommits } from './count-commits.ts';
import type { ChangedFile, Operation } from './model.ts';
import type { Git } from './open-git.ts';
import { findOperation, openWorktree } from './open-worktree.ts';
import { readStatus, statusArgs } from './read-status.ts';
import { askGit } from './run-git.ts';

export type WorktreeState = {
  /** Missing where HEAD is detached; during a rebase too. */
  readonly branch: string | undefined;
  /** Missing before the first commit. */
  readonly head: string | undefined;
  readonly changed: readonly ChangedFile[];
  /** Not ignored; a folder with nothing but untracked files is one entry that ends with "/". */
  readonly untracked: readonly string[];
  readonly operation: Operation | undefined;
  /** Commits that only the branch has, and that only `base` has; undefined without a base. */
  readonly aheadCount: number | undefined;
  readonly behindCount: number | undefined;
  /** The lock file of a git that works there or was killed there; `at` in ms since 1970. */
  readonly lock: { readonly path: string; readonly at: number } | undefined;
};

/** How a worktree stands, compared with `base` if one is named. Writes nothing. Faults: `not-found`, `invalid` where `dir` is no worktree's top. */
export async function readWorktree(git: Git, dir: string, { base }: { base?: string } = {}): Promise<WorktreeState> {
  const worktree = await openWorktree(git, dir);
  const status = readStatus(await askGit(git, { dir: worktree.dir, args: [...statusArgs, '--untracked-files=normal'] }));
  const counts = base === undefined || status.head === undefined ? undefined : await countCommits(git, { repo: worktree.dir, from: base, to: status.head });
  return {
    branch: status.branch,
    head: status.head,
    changed: status.changed.map(({ isUnstaged: _, hasOwnChanges: __, ...file }) => file),
    untracked: status.untracked.map((name) => name.text),
    operation: findOperation(worktree),
    aheadCount: counts?.aheadCount,
    behindCount: counts?.behindCount,
    lock: findLockFile(join(worktree.gitDir, 'index.lock')),
  };
}

function findLockFile(path: string): WorktreeState['lock'] {
  const at = existsSync(path) ? modifiedAt(path) : undefined;
  return at === undefined ? undefined : { path, at };
}
