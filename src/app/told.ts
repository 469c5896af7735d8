import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDir, touchFile, writeFileAtomic } from '#host';
import type { TownPaths } from '#town';

/**
 * What the daemon has to say to a session that is in the middle of a turn: a file that the session's own signals look for, so that a tool's signal
 * costs no program while there is nothing to say. `isLast`: no further tool is to run.
 */
export interface Told {
  readonly text: string;
  readonly isLast: boolean;
}

/** Says it from now on, at each of the session's tools. */
export function sayAtTools({ paths }: { paths: TownPaths }, session: string, told: Told): void {
  ensureDir(folderOf(paths), 0o700);
  const text = `${JSON.stringify(told)}\n`;
  if (readText(pathOf(paths, session)) !== text) writeFileAtomic(pathOf(paths, session), text);
}

/** What is to be said to a session; undefined where nothing is. */
export function findTold({ paths }: { paths: TownPaths }, session: string): Told | undefined {
  const text = readText(pathOf(paths, session));
  return text === undefined ? undefined : (JSON.parse(text) as Told);
}

/** Nothing more is said, and nothing was. */
export function dropTold({ paths }: { paths: TownPaths }, session: string): void {
  rmSync(pathOf(paths, session), { force: true });
  rmSync(heardPathOf(paths, session), { force: true });
}

/** The session was kept from using another tool: it stands between two of them, and nothing of it is cut off when it is ended now. */
export function noteBetween({ paths }: { paths: TownPaths }, session: string, now: number): void {
  touchFile(heardPathOf(paths, session), now);
}

export function isBetweenTools({ paths }: { paths: TownPaths }, session: string): boolean {
  return existsSync(heardPathOf(paths, session));
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

const folderOf = (paths: TownPaths) => join(paths.run, 'told');
const pathOf = (paths: TownPaths, session: string) => join(folderOf(paths), session);
const heardPathOf = (paths: TownPaths, session: string) => join(folderOf(paths), `${session}.between`);
