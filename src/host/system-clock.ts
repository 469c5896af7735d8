import type { Clock } from '#base';

/** The machine's time. `monotonic` counts from this process's start. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
});
