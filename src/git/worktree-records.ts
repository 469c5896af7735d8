import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { removeTree } from '#host';
import { listWorktrees, type Worktree } from './list-worktrees.ts';
import type { Git } from './open-git.ts';

/** Longer than git needs to write a record's few bytes. */
const halfMadeMs = 2000;

/** The worktree that the repository knows at `dir`, its folder there or not. */
export async function findWorktree(git: Git, repo: string, dir: string): Promise<Worktree | undefined> {
  const real = realPath(dir);
  return (await listWorktrees(git, { repo })).find((worktree) => realPath(worktree.dir) === real);
}

/** The path without symbolic links, also of a folder that is not there (any more). */
export function realPath(dir: string): string {
  const whole = resolve(dir);
  if (existsSync(whole)) return realpathSync(whole);
  return dirname(whole) === whole ? whole : join(realPath(dirname(whole)), basename(whole));
}

/**
 * Removes records of worktrees that a killed git left without their first lines: every `git worktree` in the repository fails at them ("failed to read
 * commondir"). Younger ones may be in the making.
 */
export async function dropHalfMadeRecords(git: Git, repo: string): Promise<void> {
  const folder = join(repo, 'worktrees');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const record = join(folder, name);
    const isWhole = ['commondir', 'gitdir', 'HEAD'].every((file) => isFilled(join(record, file)));
    if (!isWhole && isOld(git, record)) await removeTree(record);
  }
}

function isFilled(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}

function isOld(git: Git, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && git.clock.now() - stat.mtimeMs > halfMadeMs;
}
