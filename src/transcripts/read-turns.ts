import type { TurnUsage } from '#runtimes/model';
import type { Position } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';

/** The turns that were new in a transcript, each as it was told last. Read on with `position`, at once unless `isAtEnd`. */
export type Turns =
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly turns: readonly TurnUsage[]; readonly position: Position; readonly isAtEnd: boolean };

/** What each turn after a position cost, sub-agents' too. One that is told again comes again, so whoever keeps them keeps each id once. */
export async function readTurns(scan: Scan): Promise<Turns> {
  const turns = new Map<string, TurnUsage>();
  const scanned = await scanTranscript(scan, ({ usage }) => {
    if (usage !== undefined) turns.set(usage.id, usage);
  });
  return scanned.kind === 'missing' ? scanned : { kind: 'read', turns: [...turns.values()], position: scanned.position, isAtEnd: scanned.isAtEnd };
}
