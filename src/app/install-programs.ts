import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, quoteWord } from '#base';
import { ensureDir, fault, markOf, writeFileAtomic } from '#host';
import type { Deps, Programs } from './deps.ts';
import { writeSignalProgram } from './signal-program.ts';

/**
 * Copies our programs into the town's `.baton/bin` by version, so that a rebuild never pulls the floor from under live panes, and writes the
 * `baton` that sessions call, and the `signal` that their settings call. A copy that is there is used as it is; a killed copy is made anew, and
 * what it left is removed.
 */
export function installPrograms({ paths, programs }: Pick<Deps, 'paths' | 'programs'>): Programs {
  const dir = join(paths.bin, readVersion(programs.dir));
  ensureDir(paths.bin, 0o700);
  if (dir !== programs.dir && !existsSync(dir)) copyPrograms(programs.dir, dir);
  const batonPath = join(paths.bin, 'baton');
  writeProgram(batonPath, `#!/bin/sh\nexec ${quoteWord(programs.node)} ${quoteWord(join(dir, 'baton.cjs'))} "$@"\n`);
  writeProgram(join(paths.bin, 'signal'), writeSignalProgram({ batonPath, runPath: paths.run }));
  return { node: programs.node, dir };
}

/** `<version>-<hash>` of the bundles in a folder. Fault `unavailable` where nothing is built. */
export function readVersion(dir: string): string {
  const path = join(dir, 'version.json');
  if (!existsSync(path)) throw new Fault('unavailable', `Baton's programs are not in "${dir}"`, { hint: 'build them: `npm run build`' });
  const { version, hash } = JSON.parse(readFileSync(path, 'utf8')) as { version: string; hash: string };
  return `${version}-${hash.slice(0, 12)}`;
}

function copyPrograms(from: string, to: string): void {
  sweepDrafts(dirname(to));
  const draft = `${to}.${process.pid}.tmp`;
  ensureDir(draft, 0o700);
  fault('install.copy.before');
  for (const name of readdirSync(from)) if (/\.(cjs|json)$/.test(name)) cpSync(join(from, name), join(draft, name));
  copyCompiled(join(from, 'compiled'), join(draft, 'compiled'));
  fault('install.copy.after');
  try {
    renameSync(draft, to);
  } catch (error) {
    // Another process was first with the same version; its copy is as good.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/**
 * What the programs were compiled to (src/cli/load-compiled.ts) fits the copy too; a form that is being written is left out, and one that goes meanwhile is
 * made anew.
 */
function copyCompiled(from: string, to: string): void {
  try {
    if (existsSync(from)) cpSync(from, to, { recursive: true, filter: (path) => !/\.\d+$/.test(path) });
  } catch {
    // A compiled form saves time, and that is all.
  }
}

/** Drafts of copies whose process is gone. */
function sweepDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || markOf(Number(pid)) === undefined)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function writeProgram(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileAtomic(path, text, { mode: 0o700 });
}
