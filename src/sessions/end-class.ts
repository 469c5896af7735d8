import { readTrouble, type Seen } from '#runtimes/model';
import type { EndReason } from './model.ts';
import type { EndClass } from './restart.ts';

/** How a program ended, as its pane told, and the last that it showed. */
export interface SeenEnd {
  readonly class: 'clean' | 'crash' | 'lost' | 'host-restart';
  readonly exitCode?: number | null | undefined;
  readonly signal?: string | null | undefined;
  readonly screen: string;
}

/** The class of an end, when what it waits for passes, and the words that showed it. */
export interface ClassifiedEnd {
  readonly class: EndClass;
  readonly resetAt: number | undefined;
  readonly detail: string | undefined;
}

/** What a shell says of a program that is not there, or may not be run. */
const missingCodes: readonly (number | null | undefined)[] = [126, 127];

/**
 * The class of an end (V4). Words on the screen count only for a program that went by itself: one that was killed had no time to say why, and what
 * it shows is about its work.
 */
export function classifyEnd(end: SeenEnd, seen: Seen): ClassifiedEnd {
  const plain = { class: end.class, resetAt: undefined, detail: undefined };
  if (end.class === 'lost' || end.class === 'host-restart' || typeof end.signal === 'string') return plain;
  const trouble = readTrouble(end.screen, seen);
  if (missingCodes.includes(end.exitCode)) return { class: 'missing-dependency', resetAt: undefined, detail: trouble?.detail };
  // One that ends because its vendor is out of reach is begun again ever later, as after every crash.
  if (trouble === undefined || trouble.kind === 'no-service' || (trouble.kind === 'missing-dependency' && end.class === 'clean')) return plain;
  return { class: trouble.kind, resetAt: trouble.resetAt, detail: trouble.detail };
}

/** The reason that goes with a class, for a program that ended by itself. */
export function reasonOf(ended: EndClass, reason: EndReason): EndReason {
  return ended === 'overflow' && reason === 'crashed' ? 'context-full' : reason;
}
