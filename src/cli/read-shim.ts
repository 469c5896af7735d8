import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#base';
import { findProgram, readStart, workingFolder } from '#host';
import { tellFault } from './tell-fault.ts';
import { translateShim } from './translate-shim.ts';

/** Said first by a shim, with the name that it was called by. */
const opening = '--as=';

/**
 * The words of a shim's line in ours; undefined where the line is over by now, and the exit code is set: `bd` is another's where the repository around
 * keeps beads of its own, and what is not offered is told.
 */
export function readShim([as = '', ...words]: readonly string[]): readonly string[] | undefined {
  const [name = '', force] = as.slice(opening.length).split(':');
  try {
    if (name === 'bd' && force === undefined && keepsBeads(workingFolder(process.env))) {
      process.exitCode = runReal(words);
      return undefined;
    }
    return translateShim(name, words);
  } catch (error) {
    const { text, exit } = tellFault(error, words.includes('--json'));
    process.stderr.write(text);
    process.exitCode = exit;
    return undefined;
  }
}

/** Whether the repository around a folder keeps beads of its own. */
function keepsBeads(folder: string): boolean {
  if (existsSync(join(folder, '.beads'))) return true;
  return !existsSync(join(folder, '.git')) && dirname(folder) !== folder && keepsBeads(dirname(folder));
}

/** The program `bd` that is no shim of ours, in the caller's terminal. Our own `baton` stands beside each shim of a town, so its folder is passed over. */
function runReal(words: readonly string[]): number {
  const own = dirname(process.env.BATON_BIN ?? '/nowhere/baton');
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder !== own);
  const real = folders.map((folder) => findProgram('bd', folder)).find((path) => path !== undefined && !isOurs(path));
  if (real === undefined)
    throw new Fault('unsupported', 'this repository keeps beads of its own in .beads, and `bd` is left to them', {
      hint: "Baton's own are `baton bead …`; `baton config set shims force` gives the name `bd` to them everywhere",
    });
  return spawnSync(real, words, { stdio: 'inherit' }).status ?? 1;
}

/** A shim of ours would only come back here. */
function isOurs(path: string): boolean {
  return readStart(path, 4096)?.includes(`${opening}bd`) === true;
}
