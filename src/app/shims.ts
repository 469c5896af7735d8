import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault, quoteWord } from '#base';
import { ensureDir, findProgram, readStart, writeFileAtomic } from '#host';
import type { Deps, Programs } from './deps.ts';

/** The programs of the seeds whose words ours answer to (COMMANDS.md). */
export const shimNames = ['gt', 'bd', 'gt-automonitor', 'term-llm'] as const;

export type ShimName = (typeof shimNames)[number];

/** The second line of every shim of ours: by it they are known, whoever wrote them. */
const shimMark = '# A shim of Baton: `baton shims remove` takes it away.';

/** More than any shim has: what has such a name may be large. */
const shimBytesMax = 4096;

/** How a town's shims stand: `left` are real programs of that name that stay in their place. */
export interface TownShims {
  readonly mode: 'auto' | 'force' | 'off';
  readonly written: readonly ShimName[];
  readonly left: readonly { readonly name: ShimName; readonly path: string }[];
}

/** What a session's PATH should hold by the setting `shims`: `auto` leaves real programs in place, `force` hides them, `off` writes none. */
export function planTownShims({ settings, env, paths }: Pick<Deps, 'settings' | 'env' | 'paths'>): TownShims {
  const mode = settings.get('shims');
  const real = shimNames.flatMap((name) => {
    const path = findReal(name, env.PATH ?? '', paths.bin);
    return path === undefined ? [] : [{ name, path }];
  });
  const left = mode === 'auto' ? real : [];
  return { mode, left, written: mode === 'off' ? [] : shimNames.filter((name) => !left.some((each) => each.name === name)) };
}

/** Writes the shims of a town into its `.baton/bin`, which is first on the PATH of its sessions, and removes those that should not be there. */
export function installTownShims(deps: Pick<Deps, 'settings' | 'env' | 'paths' | 'programs'>): TownShims {
  const plan = planTownShims(deps);
  for (const name of shimNames) {
    const path = join(deps.paths.bin, name);
    if (plan.written.includes(name)) writeShim(path, writeShimText(name, deps.programs, plan.mode === 'force'));
    else if (isShim(path)) rmSync(path, { force: true });
  }
  return plan;
}

/** The shims in a folder of a person's PATH. `hidden` are real programs of those names elsewhere on it. */
export interface PersonalShims {
  readonly dir: string;
  readonly shims: readonly string[];
  readonly isOnPath: boolean;
  readonly hidden: readonly string[];
}

/** Writes all shims into a folder. Fault `conflict` where a program that is no shim of ours has such a name there; then nothing is written. */
export function installShims({ cwd, env, programs }: Pick<Deps, 'cwd' | 'env' | 'programs'>, folder: string): PersonalShims {
  if (folder.trim() === '') throw new Fault('invalid', 'the folder is empty', { hint: 'name a folder of your PATH, such as ~/.local/bin' });
  const dir = resolve(cwd, folder);
  const shims = shimNames.map((name) => join(dir, name));
  const taken = shims.filter((path) => findProgram(path, '') !== undefined && !isShim(path));
  if (taken.length > 0)
    throw new Fault('conflict', `there is a program that is none of Baton's: ${taken.join(', ')}`, { hint: 'choose another folder; nothing was written' });
  ensureDir(dir, 0o755);
  for (const name of shimNames) writeShim(join(dir, name), writeShimText(name, programs, false));
  const folders = (env.PATH ?? '').split(':');
  const hidden = shimNames.flatMap((name) => findReal(name, env.PATH ?? '', dir) ?? []);
  return { dir, shims, isOnPath: folders.includes(dir), hidden };
}

/** Removes our shims from a folder; whatever else has such a name there stays. */
export function removeShims({ cwd }: Pick<Deps, 'cwd'>, folder: string): { dir: string; removed: readonly string[] } {
  const dir = resolve(cwd, folder);
  const removed = shimNames.map((name) => join(dir, name)).filter(isShim);
  for (const path of removed) rmSync(path, { force: true });
  return { dir, removed };
}

/** A shim hands its words to `baton`, which reads them as that program would; where a rig keeps beads of its own, `bd` is left to it unless forced. */
function writeShimText(name: ShimName, { node, dir }: Programs, isForced: boolean): string {
  return `#!/bin/sh\n${shimMark}\nexec ${quoteWord(node)} ${quoteWord(join(dir, 'baton.cjs'))} --as=${name}${isForced ? ':force' : ''} "$@"\n`;
}

/** The program of that name on a PATH that is no shim of ours. */
function findReal(name: ShimName, path: string, except: string): string | undefined {
  const folders = path.split(':').filter((folder) => folder !== except && folder !== '');
  return folders.map((folder) => findProgram(name, folder)).find((found) => found !== undefined && !isShim(found));
}

function isShim(path: string): boolean {
  return readStart(path, shimBytesMax)?.includes(shimMark) === true;
}

function writeShim(path: string, text: string): void {
  if (readStart(path, shimBytesMax) !== text) writeFileAtomic(path, text, { mode: 0o755 });
}
