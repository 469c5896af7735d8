import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minute } from '#base';
import { clearCheckpoints, writeCheckpoint } from '#sessions';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { lastSeq } from '#store';
import { max } from '#work/testing';
import { readPrime } from './read-prime.ts';
import { readPrimeStatus } from './read-prime-status.ts';
import { deliver, givenDocument, givenWork, primeTown, turn } from './testing.ts';

test('tells the state with what shows it, of the live session and of the next one where none lives, and changes nothing (prime 6, 12)', async (t) => {
  const town = await primeTown(t);
  const { bead } = await givenWork(town);
  const status = () => readPrimeStatus(town, { agent: max });
  const none = { session: undefined, predecessor: undefined, checkpointAgeS: undefined, document: undefined };
  const about = { role: 'crew', agent: max, bead: bead.id };
  assert.deepEqual(await status(), { ...about, ...none, state: 'autonomous' });
  const first = await givenStarted(town, max);
  assert.deepEqual(await status(), { ...about, ...none, state: 'autonomous', session: first.id });
  const document = await givenDocument(town, first);
  const seq = await lastSeq(town.store.db);
  const waiting = { ...about, ...none, state: 'post-handoff', predecessor: first.id, document };
  for (let n = 0; n < 2; n += 1) assert.deepEqual(await status(), waiting);
  assert.equal(await lastSeq(town.store.db), seq);
  const next = await givenStarted(town, max, { predecessor: first.id });
  assert.deepEqual(await status(), { ...waiting, session: next.id });
  await deliver(town, next);
  assert.deepEqual(await status(), { ...waiting, session: next.id }, 'delivered is not received');
  await turn(town, next);
  assert.deepEqual(await status(), { ...about, ...none, state: 'autonomous', session: next.id, predecessor: first.id });
});

test('tells the age of a checkpoint that an earlier session left, until somebody clears it (prime 1, 12)', async (t) => {
  const town = await primeTown(t);
  const { bead } = await givenWork(town);
  const first = await givenStarted(town, max);
  await writeCheckpoint({ ...town, by: writerOf(first) }, { agent: max, session: first.id, bead: bead.id, modifiedFiles: [], notes: '' });
  await givenEnd(town, first, 'crashed');
  town.clock.advance(10 * minute);
  const status = async () => {
    const { state, checkpointAgeS, predecessor } = await readPrimeStatus(town, { agent: max });
    return [state, checkpointAgeS, predecessor];
  };
  assert.deepEqual(await status(), ['crash-recovery', 600, first.id]);
  assert.equal(await clearCheckpoints(town, { agent: max }), 1);
  assert.deepEqual(await status(), ['autonomous', undefined, undefined]);
});

test('a prime without a live session is what the next one would be told (prime 12)', async (t) => {
  const town = await primeTown(t);
  const first = await givenStarted(town, max);
  const document = await givenDocument(town, first);
  const { text, handoffs } = await readPrime(town, { agent: max });
  assert.match(text, /^You are crew max \(rig: app\), address app\/crew\/max\. Your next session, generation 2, state post-handoff\./);
  assert.match(text, /Do not hand off again[\s\S]*# Left by your predecessor/);
  assert.deepEqual(handoffs, [document]);
});
