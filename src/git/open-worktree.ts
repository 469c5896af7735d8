import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '#base';
import type { Operation } from './model.ts';
import type { Git } from './open-git.ts';
import { askGit, realFolder } from './run-git.ts';

/** A worktree as it was proven: `dir` without symbolic links, its own git folder, and the one that it shares. */
export type OpenedWorktree = { readonly dir: string; readonly gitDir: string; readonly commonDir: string };

/** Proves that `dir` itself is the top of a worktree; a repository around it never stands in for it. Faults: `not-found`, `invalid`. */
export async function openWorktree(git: Git, dir: string): Promise<OpenedWorktree> {
  const real = realFolder(dir);
  const text = await askGit(git, { dir: real, args: ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir'] });
  const [top = '', gitDir = '', commonDir = ''] = text.split('\n');
  if (top !== real)
    throw new Fault('invalid', `"${dir}" is not the top folder of a worktree`, { hint: top === '' ? 'name a worktree' : `its top is "${top}"` });
  return { dir: real, gitDir, commonDir: resolve(real, commonDir) };
}

/** What git waits for in this worktree, if anything: the files by which git itself knows (wt-status.c). */
export function findOperation({ gitDir }: OpenedWorktree): Operation | undefined {
  const has = (name: string) => existsSync(join(gitDir, name));
  if (has('rebase-merge')) return 'rebase';
  if (has('rebase-apply')) return has('rebase-apply/applying') ? 'am' : 'rebase';
  if (has('MERGE_HEAD')) return 'merge';
  if (has('CHERRY_PICK_HEAD')) return 'cherry-pick';
  return has('REVERT_HEAD') ? 'revert' : undefined;
}
