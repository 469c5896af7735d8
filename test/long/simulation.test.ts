import { test } from 'node:test';
import { liveThroughAll } from '../support/simulate/live-through-all.ts';

// Ten thousand towns that the other tests do not have, in parts that each end within a test's time on a busy machine.
for (let first = 1_000_001; first <= 1_009_901; first += 100)
  test(`towns hold what they promise, whatever befalls them: seeds ${first} to ${first + 99}`, () => liveThroughAll({ first, count: 100 }));
