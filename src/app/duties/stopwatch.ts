import type { Clock } from '#base';

/**
 * How long ago moments of the store were, by a clock that does not jump: the wall clock is believed once, when a moment is first seen, and from then
 * on only the time that passes counts (an hour that a clock is set on or back makes nobody idle and lets nobody wait).
 */
export interface Stopwatch {
  /** Ms since `at` (ms since 1970), which is the newest moment of whatever `key` names. */
  elapsed(key: string, at: number): number;
  /** Forgets what is not among these. */
  keep(keys: ReadonlySet<string>): void;
}

export function makeStopwatch({ clock }: { clock: Clock }): Stopwatch {
  const seen = new Map<string, { at: number; beforeMs: number; since: number }>();
  return {
    elapsed: (key, at) => {
      const known = seen.get(key);
      const mark = known?.at === at ? known : { at, beforeMs: Math.max(0, clock.now() - at), since: clock.monotonic() };
      if (mark !== known) seen.set(key, mark);
      return mark.beforeMs + clock.monotonic() - mark.since;
    },
    keep: (keys) => {
      for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key);
    },
  };
}
