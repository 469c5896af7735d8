import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Chance, type Clock, randomHex } from '#base';
import type { TownPaths } from '#town';

/** A signal in the spool, as its file's name tells it: `<ms>.<session>.<signal>.<random>`. */
export interface SpooledSignal {
  readonly at: number;
  readonly session: string;
  readonly signal: string;
}

/** Leaves a signal for the daemon: written aside, then moved into place, so that a reader sees it whole or not at all. */
export function spoolSignal(
  { clock, chance, paths }: { clock: Clock; chance: Chance; paths: TownPaths },
  signal: { session: string; signal: string; text: string },
): void {
  const name = `${clock.now()}.${signal.session}.${signal.signal}.${randomHex(chance, 8)}`;
  mkdirSync(paths.spoolTmp, { recursive: true, mode: 0o700 });
  mkdirSync(paths.spoolNew, { recursive: true, mode: 0o700 });
  writeFileSync(join(paths.spoolTmp, name), signal.text, { mode: 0o600 });
  renameSync(join(paths.spoolTmp, name), join(paths.spoolNew, name));
}

/** Reads a spool file's name; undefined for what is none of ours. */
export function readSpoolName(name: string): SpooledSignal | undefined {
  const match = /^(\d{1,16})\.(sess_[0-9a-f]{8})\.([a-z-]+)\.\w+$/.exec(name);
  return match === null ? undefined : { at: Number(match[1]), session: match[2] ?? '', signal: match[3] ?? '' };
}
