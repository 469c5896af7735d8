import { minute } from '#base';
import { zoneOffsetMs } from '#host';
import { readTrouble } from '#runtimes/model';
import type { Condition } from '#sessions';

/** How long what has no told end is let be before the agent is told to try again. */
const limitRestMs = 15 * minute;
const loginRestMs = 60 * minute;

/**
 * That its vendor serves again is not announced: it is tried again after a minute, then ever later, up to a quarter of an hour. `triedCount`: how often it was
 * in vain.
 */
export function noServiceRestMs(triedCount: number): number {
  return Math.min(limitRestMs, minute * 2 ** triedCount);
}

/**
 * What a program's words at `at`, in ms since 1970, tell that keeps it from working: a limit until its reset, a login, no service, a conversation that is
 * too long; undefined for everything else, which it may get over by itself.
 */
export function readFailure(words: string, at: number): Condition | undefined {
  const trouble = readTrouble(words, { at, zoneOffsetMs: zoneOffsetMs(at) });
  switch (trouble?.kind) {
    case 'rate-limit':
      return { kind: 'rate-limit', at, until: trouble.resetAt ?? at + limitRestMs, detail: trouble.detail };
    case 'auth':
      return { kind: 'auth', at, until: at + loginRestMs, detail: trouble.detail };
    case 'no-service':
      return { kind: 'no-service', at, until: at + noServiceRestMs(0), detail: trouble.detail };
    case 'overflow':
      return { kind: 'overflow', at, detail: trouble.detail };
    default:
      return undefined;
  }
}
