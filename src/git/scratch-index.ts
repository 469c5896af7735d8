import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { hour } from '#base';
import { modifiedAt } from '#host';
import type { Git } from './open-git.ts';

const prefix = 'baton-index-';
/** A snapshot takes seconds; older folders are from killed ones. */
const leftoverMs = hour;

/** Gives `work` the environment in which git uses an index of its own, a copy of `copyOf` if that is there, and removes it afterwards. */
export async function withScratchIndex<T>(
  git: Git,
  gitDir: string,
  copyOf: string | undefined,
  work: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  dropLeftovers(git, gitDir);
  const folder = mkdtempSync(join(gitDir, prefix));
  const index = join(folder, 'index');
  try {
    if (copyOf !== undefined && existsSync(copyOf)) copyIndex(copyOf, index);
    return await work({ GIT_INDEX_FILE: index });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * git trusts an entry whose file is older than the index itself, so a younger copy would hide what changed in the moment of the last `git add`. The
 * copy is dated a second back: git then compares some files by content that it need not, and misses none (git's racy-git.txt).
 */
function copyIndex(from: string, to: string): void {
  const seconds = Math.floor(statSync(from).mtimeMs / 1000) - 1;
  copyFileSync(from, to);
  utimesSync(to, seconds, seconds);
}

function dropLeftovers(git: Git, gitDir: string): void {
  for (const name of readdirSync(gitDir)) {
    const path = join(gitDir, name);
    if (name.startsWith(prefix) && git.clock.now() - (modifiedAt(path) ?? git.clock.now()) > leftoverMs) rmSync(path, { recursive: true, force: true });
  }
}
