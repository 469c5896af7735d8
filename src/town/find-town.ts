import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { Fault } from '#base';
import { townPaths } from './paths.ts';

/** Environment names and their values. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The town's folder, without symbolic links: `flag` (`--town`), else BATON_TOWN, else the nearest folder from `cwd` upwards; undefined outside every
 * town. Fault `not-found` where flag or environment name a folder that is none.
 */
export function findTown({ env, cwd, flag }: { env: Environment; cwd: string; flag?: string | undefined }): string | undefined {
  const named = flag ?? (env.BATON_TOWN || undefined);
  if (named === undefined) return findTownAround(cwd);
  const dir = resolve(cwd, named);
  if (isTown(dir)) return realpathSync.native(dir);
  const where = flag === undefined ? 'BATON_TOWN' : '--town';
  throw new Fault('not-found', `${where} is "${named}", and there is no town`, { hint: `make one with \`baton init ${named}\`, or name another folder` });
}

/** The nearest town from a folder upwards, itself included. */
export function findTownAround(dir: string): string | undefined {
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    if (isTown(folder)) return realpathSync.native(folder);
    if (dirname(folder) === folder) return undefined;
  }
}

/** Where the person's own town is: `$XDG_DATA_HOME/baton`, by default `~/.local/share/baton`. Fault `unavailable` without a home. */
export function personalTownPath(env: Environment): string {
  const data = env.XDG_DATA_HOME;
  // The XDG base directory specification: a relative path is ignored.
  if (data !== undefined && isAbsolute(data)) return join(data, 'baton');
  const home = env.HOME;
  if (home !== undefined && isAbsolute(home)) return join(home, '.local', 'share', 'baton');
  throw new Fault('unavailable', 'there is no home folder for your own town', { hint: 'set HOME or XDG_DATA_HOME, or name a town with --town' });
}

/** True for a folder with `baton.toml` and `.baton/`. `baton init` writes `baton.toml` last, so a town that is half made is none. */
export function isTown(dir: string): boolean {
  const { settings, hidden } = townPaths(dir);
  return existsSync(settings) && statSync(hidden, { throwIfNoEntry: false })?.isDirectory() === true;
}
