import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '#base';
import { systemChance } from './system-chance.ts';

/** `mode` of the new file, 0600 where nothing is said; `durable` waits until the disk has it. */
export type WriteOptions = { readonly mode?: number; readonly durable?: boolean };

/** Writes the whole file or nothing: a reader sees the old text or the new one, whoever dies meanwhile. */
export function writeFileAtomic(path: string, text: string | Uint8Array, { mode = 0o600, durable = false }: WriteOptions = {}): void {
  const draft = join(dirname(path), `.${basename(path)}.${randomHex(systemChance, 8)}.tmp`);
  try {
    writeFileSync(draft, text, { mode, flag: 'wx', flush: durable });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

/** A rename is only durable once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
