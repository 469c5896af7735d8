import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDir, formatMark, type ProcessMark, readMark, writeFileAtomic } from '#host';
import { townPaths } from '#town/model';

/**
 * Writes down which process runs in an agent's pane: `.baton/run/pids/<pane>.pid`, `pid|start` (seed 5, section 16). The rows say it too; the file is
 * there for whoever can't read them, and says it still where the store was lost or put back.
 */
export function writePidFile(root: string, pane: string, mark: ProcessMark): void {
  const { pids } = townPaths(root);
  ensureDir(pids, 0o700);
  writeFileAtomic(join(pids, `${pane}.pid`), `${formatMark(mark)}\n`, { mode: 0o600 });
}

/** The process that a pane's file names; undefined where there is none, and for a torn file. It may have ended long ago. */
export function readPidFile(root: string, pane: string): ProcessMark | undefined {
  return readFile(join(townPaths(root).pids, `${pane}.pid`));
}

/** Removes the files that name this process, and no other's. Where somebody removed the folder, there is none. */
export function removePidFiles(root: string, { pid, start }: ProcessMark): void {
  const { pids } = townPaths(root);
  for (const name of existsSync(pids) ? readdirSync(pids) : []) {
    const mark = readFile(join(pids, name));
    if (mark?.pid === pid && mark.start === start) rmSync(join(pids, name), { force: true });
  }
}

function readFile(path: string): ProcessMark | undefined {
  try {
    return readMark(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
