import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listNudges, listWaitingNudges, queueNudgeRow } from '#mail';
import { addLateNote } from '#sessions';
import { givenEnd, givenStarted, recordGone } from '#sessions/testing';
import { max } from '#work/testing';
import { deliver, givenNext, type PrimeTown, primeTown, turn } from './testing.ts';

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
  assert.match(text, /# Said to you meanwhile\n\[Baton nu-\w{5}\] overseer: look at the roof first\n/);
  assert.doesNotMatch(text, /you have been idle/);
  assert.deepEqual(await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() }), []);
  await turn(town, session);
  const nudges = await listNudges(town.store.db, { agent: max, limit: 5 });
  assert.deepEqual(nudges.map(({ reason, channel, consumedAt, droppedWhy }) => [reason, channel, consumedAt !== null, droppedWhy !== null]).sort(), [
    ['idle', null, false, true],
    ['person', 'start', true, false],
  ]);
});

test('a late note that no shown document has is told as what people said is, else it is over (prime 14, handoff 6)', async (t) => {
  const town = await primeTown(t);
  const { first, next, document } = await givenNext(town);
  await recordGone(town, { session: first.id, agent: max });
  await deliver(town, next);
  const say = (body: string) => addLateNote(town, { handoff: document, session: first.id, agent: max, body });
  const countTold = async (session: typeof next) => (await deliver(town, session)).text.split('mind the gutter').length - 1;
  assert.equal(await say('mind the gutter'), 'brought');
  assert.equal(await countTold(next), 1, 'its document shows it');
  await turn(town, next);
  assert.equal(await say('mind the gutter, and the chimney'), 'brought');
  await givenEnd(town, next, 'crashed');
  const third = await givenStarted(town, max, { predecessor: next.id });
  const { text } = await deliver(town, third);
  assert.match(text, /# Said to you meanwhile\n\[Baton nu-\w{5}\] app\/crew\/max: Late note of sess_.*\nmind the gutter, and the chimney\n/);
  await turn(town, third);
  const nudges = await listNudges(town.store.db, { agent: max, limit: 5 });
  assert.deepEqual(nudges.map(({ consumedAt, droppedWhy }) => [consumedAt !== null, droppedWhy !== null]).sort(), [
    [false, true],
    [true, false],
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
