import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listNudges, listWaitingNudges, queueNudgeRow } from '#mail';
import { givenStarted } from '#sessions/testing';
import { max } from '#work/testing';
import { deliver, type PrimeTown, primeTown, turn } from './testing.ts';

function queue(town: PrimeTown, reason: string, body: string): Promise<unknown> {
  return town.store.change({ actor: 'overseer' }, (tx, at) =>
    queueNudgeRow(tx, at, { agent: max, reason, body, chance: town.chance, by: { actor: 'overseer' } }),
  );
}

test('a full prime tells what people said meanwhile, and settles what it says anyway; its turn receives it (prime 14)', async (t) => {
  const town = await primeTown(t);
  await queue(town, 'person', 'look at the roof first');
  await queue(town, 'idle', 'you have been idle');
  const session = await givenStarted(town, max);
  const { text } = await deliver(town, session);
  assert.match(text, /# Said to you meanwhile\n\[Baton\] overseer: look at the roof first\n/);
  assert.doesNotMatch(text, /you have been idle/);
  assert.deepEqual(await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() }), []);
  await turn(town, session);
  const nudges = await listNudges(town.store.db, { agent: max, limit: 5 });
  assert.deepEqual(nudges.map(({ reason, channel, consumedAt, droppedWhy }) => [reason, channel, consumedAt !== null, droppedWhy !== null]).sort(), [
    ['idle', null, false, true],
    ['person', 'start', true, false],
  ]);
});

test('a short prime settles no nudge: it waits for the next boundary (prime 14)', async (t) => {
  const town = await primeTown(t);
  const session = await givenStarted(town, max);
  await deliver(town, session);
  await queue(town, 'person', 'look at the roof first');
  assert.doesNotMatch((await deliver(town, session, 'compact')).text, /the roof/);
  assert.equal((await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() })).length, 1);
});
