import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '#base';
import { fault, removeTree } from '#host';
import { endOwnLeftovers, withClaim } from './claim.ts';
import type { Git } from './open-git.ts';
import { askGit, realFolder } from './run-git.ts';

/** An empty bare repository that becomes `dir` when it is filled. */
export type Draft = { readonly dir: string };

/**
 * Makes a bare repository under another name beside `dir` and renames it when `fill` is done: whoever dies meanwhile, `dir` is whole or not there.
 * What a killed attempt left is removed first. Faults: `conflict` where `dir` is there, or another process is making it.
 */
export async function makeRepository<T>(git: Git, dir: string, format: 'sha1' | 'sha256', fill: (draft: Draft) => Promise<T>): Promise<T> {
  refuseUsed(dir);
  const parent = realFolder(dirname(dir));
  const [draft, claim] = [join(parent, `.${basename(dir)}.partial`), join(parent, `.${basename(dir)}.claim`)];
  return withClaim(claim, dir, async () => {
    await endOwnLeftovers(git, draft);
    await removeTree(draft);
    try {
      await initialize(git, draft, join(parent, basename(dir)), format);
      const answer = await fill({ dir: draft });
      fault('git.repository.before');
      refuseUsed(dir);
      renameSync(draft, dir);
      fault('git.repository.after');
      return answer;
    } finally {
      await removeTree(draft);
    }
  });
}

/** Sets a value in the repository's configuration; with `--worktree` as scope, in this worktree's own. */
export async function setConfig(git: Git, dir: string, scope: '--local' | '--worktree', settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await askGit(git, { dir, args: ['config', scope, name, value] });
}

/**
 * With per-worktree configuration `core.bare` belongs to the bare repository's own (git-worktree(1)), and a worktree's own `core.hooksPath` beats what
 * an `npm install` with husky writes into the common one: the guard stays.
 */
async function initialize(git: Git, draft: string, dir: string, format: string): Promise<void> {
  mkdirSync(draft);
  await askGit(git, { dir: draft, args: ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`] });
  for (const folder of ['hooks', 'info']) mkdirSync(join(draft, folder), { recursive: true });
  await setConfig(git, draft, '--local', { 'extensions.worktreeConfig': 'true', 'core.hooksPath': hooksFolder(dir), 'push.default': 'nothing' });
  await setConfig(git, draft, '--worktree', { 'core.bare': 'true', 'core.hooksPath': hooksFolder(dir) });
  await askGit(git, { dir: draft, args: ['config', '--local', '--unset', 'core.bare'] });
}

/** Where a repository of ours keeps its hooks. */
export function hooksFolder(repo: string): string {
  return join(repo, 'hooks');
}

function refuseUsed(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return;
  throw new Fault('conflict', `"${dir}" is already there`, { hint: 'take another name, or remove it first' });
}
