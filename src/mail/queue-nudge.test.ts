import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { systemChance } from '#host';
import type { Store } from '#store';
import { type ManualClock, manualClock, memoryStore, seedSession } from '#store/testing';
import {
  consumeNudgeRows,
  deliverNudgeRows,
  dropNudgeRows,
  listNudges,
  listWaitingNudges,
  type NewNudge,
  type QueueAnswer,
  queueNudgeRow,
} from './queue-nudge.ts';

const agent = 'app/crew/max';
const session = 'sess_00000001';
const by = { actor: 'daemon' };

async function inTown(body: (store: Store, clock: ManualClock) => Promise<void>): Promise<void> {
  const clock = manualClock();
  const store = await memoryStore(clock);
  try {
    await seedSession(store, { id: session, agent, generation: 1 });
    await body(store, clock);
  } finally {
    await store.close();
  }
}

function queue(store: Store, more: Partial<NewNudge> = {}): Promise<QueueAnswer> {
  return store.change(by, (tx, at) => queueNudgeRow(tx, at, { chance: systemChance, by, agent, reason: 'person', body: 'look at your hook', ...more }));
}

test('a nudge waits, is delivered once, and is received when a turn of its session begins (mail 7)', () =>
  inTown(async (store, clock) => {
    const { nudge } = await queue(store);
    assert.deepEqual(
      (await listWaitingNudges(store.db, { agent, now: clock.now() })).map(({ id, body, sender }) => [id, body, sender]),
      [[nudge.id, 'look at your hook', 'daemon']],
    );
    const deliver = () =>
      store.change(by, async (tx, at) => {
        const events = await deliverNudgeRows(tx, at, { nudges: [nudge.id], session, agent, channel: 'stop' });
        return { answer: events.length, events };
      });
    assert.deepEqual([await deliver(), await deliver()], [1, 0]);
    assert.deepEqual(await listWaitingNudges(store.db, { now: clock.now() }), []);
    const receive = () =>
      store.change(by, async (tx, at) => {
        const events = await consumeNudgeRows(tx, at, { session, agent });
        return { answer: events.length, events };
      });
    assert.deepEqual([await receive(), await receive()], [1, 0]);
    const [kept] = await listNudges(store.db, { agent, limit: 5 });
    assert.deepEqual([kept?.channel, kept?.deliveredSession, kept?.consumedAt], ['stop', session, clock.now()]);
  }));

test('while a nudge of an incident waits, asking again adds nothing; once it is delivered or dropped, it does (mail 7)', () =>
  inTown(async (store) => {
    const first = await queue(store, { incident: 'idle' });
    assert.equal(first.kind, 'queued');
    const again = await queue(store, { incident: 'idle', body: 'other words' });
    assert.deepEqual([again.kind, again.nudge.id], ['already', first.nudge.id]);
    await store.change(by, async (tx, at) => ({
      answer: undefined,
      events: await dropNudgeRows(tx, at, { nudges: [first.nudge.id], agent, why: 'it works' }),
    }));
    assert.equal((await queue(store, { incident: 'idle' })).kind, 'queued');
    assert.equal((await queue(store)).kind, 'queued', 'one without an incident is always another one');
    assert.equal((await queue(store)).kind, 'queued');
  }));

test('an expired nudge waits for nobody, and an empty one is refused (mail 7)', () =>
  inTown(async (store, clock) => {
    await queue(store, { expiresAt: clock.now() + 1000 });
    clock.advance(1000);
    assert.deepEqual(await listWaitingNudges(store.db, { agent, now: clock.now() }), []);
    await assert.rejects(queue(store, { body: ' \n' }), (error) => isFault(error, 'invalid'));
  }));
