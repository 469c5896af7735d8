import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** The fingerprint of the sources, put in by the bundler (tools/build.mjs); not there where the source is run. */
declare const BATON_BUILD: string | undefined;

/**
 * Loads a CommonJS file that lies beside this program, written as a function and in ASCII (tools/build.mjs), from the form that V8 compiled it to in an
 * earlier run of the same `use` (`mail-check`), with every function that such a run calls. Node's own cache holds only what is compiled at the start, and
 * saves half as much. The first run of a use keeps its form in `compiled/` beside the program. Undefined where the source is run.
 */
export function loadCompiled<M>(file: string, use: string): M | undefined {
  if (typeof BATON_BUILD !== 'string') return undefined;
  const path = join(__dirname, file);
  const kept = join(__dirname, 'compiled', `${BATON_BUILD}-${process.version}-${use}`);
  const cachedData = readIfThere(kept);
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
  // V8 refuses what it did not make with the same flags; a run with flags of its own leaves the form to the others.
  if ((cachedData === undefined || script.cachedDataRejected === true) && process.execArgv.length === 0) {
    process.once('exit', (code) => {
      if (code === 0) keep(kept, script.createCachedData());
    });
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path, __dirname);
  return module.exports as M;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Whole and on the disk before it has its name: V8 checks little of what it is given. Where it can't be kept, the next run is a little slower. */
function keep(path: string, data: Buffer): void {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, data, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } catch {
    // A read-only place, or a full disk.
  }
}
