import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Chance, known, randomHex } from '#base';
import { formatMark, isAlive, markOf, readMark, removeTree } from '#host';
import type { TownPaths } from './paths.ts';

/** A path in the town's `making` folder for something that this process makes; its name says who, so that leavings of the dead are found. */
export function draftPath({ chance }: { chance: Chance }, { making }: TownPaths, what: string): string {
  return join(making, `${encodeURIComponent(makerName({ chance }))}~${what}`);
}

/** This process and a word that is its alone: what drafts and leases are signed with. */
export function makerName({ chance }: { chance: Chance }): string {
  return `${formatMark(known(markOf(process.pid), 'the mark of this process'))}#${randomHex(chance, 8)}`;
}

/** True where the process that made the name has ended, or the name was not made by `makerName`. */
export function isMakerGone(name: string): boolean {
  const mark = readMark(name.replace(/#[0-9a-f]+$/, ''));
  return mark === undefined || !isAlive(mark);
}

/** Removes the drafts of processes that have ended. */
export async function sweepDrafts({ making }: TownPaths): Promise<void> {
  if (!existsSync(making)) return;
  const dead = readdirSync(making).filter((name) => isMakerGone(decodeURIComponent(name.split('~')[0] ?? '')));
  for (const name of dead) await removeTree(join(making, name));
}
