import { statSync } from 'node:fs';
import type { Stamp } from '#config/model';

/** What tells whether a file is still the one that was read; null where there is none. */
export function readStamp(path: string): Stamp | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : { mtimeMs: stat.mtimeMs, size: stat.size };
}
