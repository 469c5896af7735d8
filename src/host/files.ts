import { chmodSync, closeSync, globSync, mkdirSync, openSync, readSync, statfsSync, statSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Sets the file's modification time to `at` (ms since 1970); makes it, empty and 0600, where it is missing. */
export function touchFile(path: string, at: number): void {
  try {
    utimesSync(path, at / 1000, at / 1000);
  } catch (error) {
    if (!isMissing(error)) throw error;
    closeSync(openSync(path, 'a', 0o600));
    utimesSync(path, at / 1000, at / 1000);
  }
}

/** When the file was last modified, in ms since 1970; undefined where there is none. */
export function modifiedAt(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : Math.round(stat.mtimeMs);
}

/** Makes the folder and those above it; with `mode` (such as 0o700) this folder has that mode afterwards, also where it was there before. */
export function ensureDir(path: string, mode?: number): void {
  mkdirSync(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  if (mode !== undefined && (statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

/** Bytes that we may still write on the disk that holds `path`. */
export function diskFree(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Removes the file or folder with all in it; nothing there is no error. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What lies below a folder and fits a pattern, in which `*` stands for any part of a name; the folder's own path is taken as it is. Absolute paths. */
export function findBelow({ folder, pattern }: { readonly folder: string; readonly pattern: string }): string[] {
  return globSync(pattern, { cwd: folder }).map((name) => join(folder, name));
}

/** The first bytes of a file as text, so that a large one costs no more; undefined where it can't be read. */
export function readStart(path: string, bytesMax: number): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(bytesMax);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
