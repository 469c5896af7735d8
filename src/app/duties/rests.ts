import { type Clock, doublingBackoff, minute, second } from '#base';

const firstMs = second;
const maxMs = minute;

/** What could not be done for somebody is tried again after a doubling wait: a missing folder does not come back by asking each second. */
export interface Rests {
  isResting(key: string): boolean;
  /** It failed: the wait begins, twice as long as the one before. */
  rest(key: string): void;
  /** It went well: the next failure waits shortly again. */
  clear(key: string): void;
}

export function makeRests({ clock }: { clock: Clock }): Rests {
  const rests = new Map<string, { count: number; untilAt: number }>();
  return {
    isResting: (key) => (rests.get(key)?.untilAt ?? 0) > clock.monotonic(),
    rest: (key) => {
      const count = (rests.get(key)?.count ?? 0) + 1;
      rests.set(key, { count, untilAt: clock.monotonic() + doublingBackoff(count, firstMs, maxMs) });
    },
    clear: (key) => void rests.delete(key),
  };
}
