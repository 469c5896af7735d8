import { basename, dirname } from 'node:path';
import { type ProcessMark, readWordsOf } from '#host';
import type { Deps } from './deps.ts';
import { readVersion } from './install-programs.ts';

/** The version of the program that a daemon runs, as its folder below `.baton/bin` is named; undefined where it runs from somewhere else. */
export function versionOfDaemon({ paths }: Pick<Deps, 'paths'>, { pid }: ProcessMark): string | undefined {
  const program = (readWordsOf(pid) ?? []).find((word) => basename(word) === 'daemon.cjs');
  return program !== undefined && dirname(dirname(program)) === paths.bin ? basename(dirname(program)) : undefined;
}

/** The version of our own program; undefined where nothing is built. */
export function ownVersion({ programs }: Pick<Deps, 'programs'>): string | undefined {
  try {
    return readVersion(programs.dir);
  } catch {
    return undefined;
  }
}

/**
 * How a running daemon's version stands to ours: `older` and `newer` by their numbers; `other` where these are the same and the build is not. An order
 * replaces an older one, a person's `daemon start`, `up` or `restart` also another one, and nobody a newer one: of two programs in use the newer wins.
 */
export function judgeVersion(daemon: string | undefined, own: string | undefined): 'same' | 'older' | 'newer' | 'other' {
  if (daemon === undefined || own === undefined || daemon === own) return 'same';
  const [theirs, ours] = [readNumbers(daemon), readNumbers(own)];
  const place = theirs.findIndex((number, i) => number !== ours[i]);
  if (place < 0) return 'other';
  return (theirs[place] ?? 0) < (ours[place] ?? 0) ? 'older' : 'newer';
}

/** `1.2.3-abcdef012345` → 1, 2, 3. */
function readNumbers(version: string): number[] {
  return (/^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
}
