import type { Clock } from '#base';

/** The machine's time. `monotonic` is `hrtime`, because Node loads `performance` only when it is first asked for, which costs a hot command 2 ms. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
});
