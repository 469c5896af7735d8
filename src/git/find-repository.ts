import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Git } from './open-git.ts';
import { askGit, askLine, explainFailure, runGit } from './run-git.ts';

/** `top` is the worktree's top folder, missing in a bare repository; `branch` is missing where HEAD is detached, `head` where there is no commit. */
export type Repository = {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly top: string | undefined;
  readonly branch: string | undefined;
  readonly head: string | undefined;
  readonly isBare: boolean;
  readonly isShallow: boolean;
  /** Where `origin` fetches from. */
  readonly origin: string | undefined;
};

/** The repository that `dir` lies in, also some folders below its top; undefined where there is none or no such folder. */
export async function findRepositoryAround(git: Git, dir: string): Promise<Repository | undefined> {
  if (!existsSync(dir)) return undefined;
  const args = ['rev-parse', '--git-dir'];
  const found = await runGit(git, { dir, args, looksAbove: true });
  if (found.code === 0) return read(git, dir, true);
  if (/not a git repository/.test(found.stderr)) return undefined;
  throw explainFailure({ dir, args }, found);
}

/** What `dir`, a bare repository or the top of a worktree, is. Faults: `not-found`, `invalid` where it is no repository. */
export function readRepository(git: Git, dir: string): Promise<Repository> {
  return read(git, dir, false);
}

async function read(git: Git, dir: string, looksAbove: boolean): Promise<Repository> {
  const call = (args: readonly string[]) => ({ dir, args, looksAbove });
  const facts = await askGit(
    git,
    call(['rev-parse', '--absolute-git-dir', '--git-common-dir', '--is-bare-repository', '--is-shallow-repository', '--is-inside-work-tree']),
  );
  const [gitDir = '', commonDir = '', isBare, isShallow, hasTree] = facts.split('\n');
  const [branch, head, origin] = await Promise.all([
    find(git, call(['symbolic-ref', '--quiet', '--short', 'HEAD'])),
    find(git, call(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])),
    find(git, call(['config', '--get', 'remote.origin.url'])),
  ]);
  const top = hasTree === 'true' ? await askLine(git, call(['rev-parse', '--show-toplevel'])) : undefined;
  return { gitDir, commonDir: resolve(dir, commonDir), top, branch, head, isBare: isBare === 'true', isShallow: isShallow === 'true', origin };
}

async function find(git: Git, call: Parameters<typeof runGit>[1]): Promise<string | undefined> {
  const { code, stdout } = await runGit(git, call);
  return code === 0 ? stdout.replace(/\n$/, '') : undefined;
}
