import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveThrough } from '../support/simulate/live-through.ts';
import { findBroken, liveThroughAll, templateFor } from '../support/simulate/live-through-all.ts';
import { mutations } from '../support/simulate/mutations.ts';

// A thousand towns, in parts that each end within a test's time on a busy machine.
for (let first = 1; first <= 901; first += 100)
  test(`towns hold what they promise, whatever befalls them: seeds ${first} to ${first + 99}`, () => liveThroughAll({ first, count: 100 }));

/** What is broken on purpose shows within so many towns; most of it within ten. */
const seedsMax = 150;

for (const name of Object.keys(mutations)) {
  test(`the simulation finds ${name}`, async () => {
    const found = await findBroken(name, seedsMax);
    assert.ok(found !== undefined, `${seedsMax} towns, and nobody saw it`);
  });
}

test('a seed gives the same town again', async (t) => {
  const template = await templateFor(t);
  const [once, other, again] = [await liveThrough(template, 7), await liveThrough(template, 8), await liveThrough(await templateFor(t), 7)];
  assert.deepEqual(again, once);
  assert.notDeepEqual(other.trace, once.trace);
});
