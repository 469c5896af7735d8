import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** The fingerprint of the sources, put in by the bundler (tools/build.mjs); not there where the source is run. */
declare const BATON_BUILD: string | undefined;

/**
 * Loads a CommonJS file that lies beside this program, written as a function (tools/build.mjs), from the form that V8 compiled it to in an earlier run of
 * the same `use` (`mail-check`), with every function that such a run calls. Node's own cache holds only what is compiled at the start, and saves half as
 * much. The first run of a use keeps its form in `compiled/` beside the program, or in the person's cache where nothing can be kept there. A file in
 * ASCII is read as `latin1`, which is faster. Undefined where the source is run.
 */
export function loadCompiled<M>(file: string, use: string, encoding: 'latin1' | 'utf8'): M | undefined {
  if (typeof BATON_BUILD !== 'string') return undefined;
  const path = join(__dirname, file);
  const name = `${BATON_BUILD}-${process.version}-${use}`;
  const beside = join(__dirname, 'compiled');
  const personal = () => personalFolder(process.env);
  const cachedData = readIfThere(beside, name) ?? readIfThere(personal(), name);
  const script = new Script(readFileSync(path, encoding), { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
  // V8 refuses what it did not make with the same flags; a run with flags of its own leaves the form to the others.
  if ((cachedData === undefined || script.cachedDataRejected === true) && process.execArgv.length === 0) {
    process.once('exit', (code) => {
      if (code !== 0) return;
      const data = script.createCachedData();
      if (!keep(beside, name, data) && keep(personal(), name, data)) removeOthers(personal(), BATON_BUILD);
    });
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path, __dirname);
  return module.exports as M;
}

/** Only where the folder above is there: a cache is no reason to make a home. */
function personalFolder({ XDG_CACHE_HOME: caches, HOME: home }: Readonly<Record<string, string | undefined>>): string | undefined {
  const above = caches ?? home;
  return above === undefined || !existsSync(above) ? undefined : join(caches ?? join(above, '.cache'), 'baton', 'compiled');
}

function readIfThere(folder: string | undefined, name: string): Buffer | undefined {
  try {
    return folder === undefined ? undefined : readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

/** Whole and on the disk before it has its name: V8 checks little of what it is given. False where it can't be kept; then the next run is a little slower. */
function keep(folder: string | undefined, name: string, data: Buffer): boolean {
  if (folder === undefined) return false;
  const draft = join(folder, `${name}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, data, { mode: 0o600, flush: true });
    renameSync(draft, join(folder, name));
    return true;
  } catch {
    // A read-only place, or a full disk.
    removeQuietly(draft);
    return false;
  }
}

/** The forms of other builds, which nobody takes out of a person's cache as a build does beside the programs. */
function removeOthers(folder = '', build = ''): void {
  for (const name of readdirSync(folder)) if (!name.startsWith(`${build}-`)) removeQuietly(join(folder, name));
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It stays, and is in nobody's way.
  }
}
