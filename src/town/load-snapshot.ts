import { existsSync, readFileSync } from 'node:fs';
import { type Overrides, readSnapshot, type Settings, type Stamp } from '#config/model';
import { townPaths } from './paths.ts';
import { readStamp } from './stamp.ts';

/** The settings out of the snapshot, without TOML; undefined where it is missing, torn, or a settings file has changed since. */
export function loadSnapshot(overrides: Overrides, root: string): Settings | undefined {
  const { snapshot } = townPaths(root);
  if (!existsSync(snapshot)) return undefined;
  const read = readSnapshot(readFileSync(snapshot, 'utf8'), overrides);
  return read !== undefined && Object.entries(read.stamps).every(([path, stamp]) => isSame(readStamp(`${root}/${path}`), stamp)) ? read.settings : undefined;
}

function isSame(a: Stamp | null, b: Stamp | null): boolean {
  return a === null || b === null ? a === b : a.mtimeMs === b.mtimeMs && a.size === b.size;
}
