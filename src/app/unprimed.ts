import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDir, writeFileAtomic } from '#host';
import { type StartSource, startSources } from '#runtimes';
import type { TownPaths } from '#town';

/** A conversation began whose runtime takes nothing in with its start signal: its next prompt brings the prime. */
export function noteUnprimed({ paths }: { paths: TownPaths }, session: string, source: StartSource): void {
  ensureDir(folderOf(paths), 0o700);
  writeFileAtomic(join(folderOf(paths), session), source);
}

/** Why a session is still to be primed; undefined where it is not. */
export function findUnprimed({ paths }: { paths: TownPaths }, session: string): StartSource | undefined {
  const path = join(folderOf(paths), session);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  return startSources.find((source) => source === text) ?? 'startup';
}

export function dropUnprimed({ paths }: { paths: TownPaths }, session: string): void {
  rmSync(join(folderOf(paths), session), { force: true });
}

const folderOf = (paths: TownPaths) => join(paths.run, 'unprimed');
