import { test } from 'node:test';
import { liveThroughAll } from '../support/simulate/live-through-all.ts';

test('ten thousand other towns hold what they promise', (t) => liveThroughAll(t, { first: 1_000_001, count: 10_000 }));
