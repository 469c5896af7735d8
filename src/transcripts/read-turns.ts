import type { TurnUsage } from '#runtimes/model';
import type { Position } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';

/**
 * The turns that were new in a transcript, each as it was told last. Read on with `position`, at once unless `isAtEnd`. `wasCopied`: what was told before
 * these, in earlier calls too, turned out to be of another conversation, which this one copies.
 */
export type Turns =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'read';
      readonly turns: readonly TurnUsage[];
      readonly wasCopied: boolean;
      readonly position: Position;
      readonly isAtEnd: boolean;
    };

/**
 * What each turn after a position cost, sub-agents' too; those that were spent in another conversation are left to that one. One that is told again comes
 * again, so whoever keeps them keeps each id once.
 */
export async function readTurns(scan: Scan): Promise<Turns> {
  const turns = new Map<string, TurnUsage>();
  let wasCopied = false;
  const scanned = await scanTranscript(scan, ({ usage, copiedUntil }) => {
    if (copiedUntil !== undefined) {
      wasCopied = true;
      turns.clear();
    }
    if (usage !== undefined && usage.isCopied !== true) turns.set(usage.id, usage);
  });
  if (scanned.kind === 'missing') return scanned;
  const { position, isAtEnd } = scanned;
  return { kind: 'read', turns: [...turns.values()], wasCopied, position, isAtEnd };
}
