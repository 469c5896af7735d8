import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { systemChance } from '#host';
import type { Store } from '#store';
import { type ManualClock, manualClock, memoryStore, seedSession } from '#store/testing';
import { consumeNudgeRows, deliverNudgeRows, dropNudgeRows, missNudgeRows, offerNudgeRows } from './carry-nudge.ts';
import { listNudges, listOpenNudges, listWaitingNudges } from './list-nudges.ts';
import { judgeNudge } from './nudge.ts';
import { type NewNudge, type QueueAnswer, queueNudgeRow } from './queue-nudge.ts';

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

test('what is offered waits for nobody else; missed it waits again in its old place, and is counted (mail 7)', () =>
  inTown(async (store, clock) => {
    const [first, second] = [await queue(store, { body: 'first' }), await queue(store, { body: 'second' })];
    const about = { session, agent, channel: 'keys' } as const;
    const offer = (nudges: string[]) =>
      store.change(by, async (tx, at) => {
        const { offered, events } = await offerNudgeRows(tx, at, { ...about, nudges });
        return { answer: offered, events };
      });
    assert.deepEqual(await offer([first.nudge.id, second.nudge.id]), [first.nudge.id, second.nudge.id]);
    assert.deepEqual(await offer([first.nudge.id]), [], 'it is on its way');
    assert.deepEqual(await listWaitingNudges(store.db, { agent, now: clock.now() }), []);
    assert.deepEqual((await listOpenNudges(store.db, { agent })).map(judgeNudge), ['offered', 'offered']);
    await store.change(by, async (tx, at) => ({ answer: 0, events: await missNudgeRows(tx, at, { agent, nudges: [first.nudge.id], why: 'nobody came' }) }));
    await queue(store, { body: 'third' });
    const waiting = await listWaitingNudges(store.db, { agent, now: clock.now() });
    assert.deepEqual(
      waiting.map(({ body, missCount, missedWhy }) => [body, missCount, missedWhy]),
      [
        ['first', 1, 'nobody came'],
        ['third', 0, null],
      ],
    );
  }));

test('a delivered nudge that comes to nothing is over where a newer one of its incident waits (mail 7)', () =>
  inTown(async (store, clock) => {
    const { nudge } = await queue(store, { incident: 'idle' });
    const nudges = [nudge.id];
    await store.change(by, async (tx, at) => ({ answer: 0, events: await deliverNudgeRows(tx, at, { nudges, session, agent, channel: 'start' }) }));
    const newer = await queue(store, { incident: 'idle' });
    assert.equal(newer.kind, 'queued');
    await store.change(by, async (tx, at) => ({ answer: 0, events: await missNudgeRows(tx, at, { agent, nudges, why: 'its session ended' }) }));
    assert.deepEqual(
      (await listWaitingNudges(store.db, { agent, now: clock.now() })).map(({ id }) => id),
      [newer.nudge.id],
    );
  }));

const unfit: readonly [string, string, RegExp][] = [
  ['an escape', 'a\u001B[31mb', /U\+001B at place 2/],
  ['one-byte escapes of Latin-1', 'a\u009Bb', /U\+009B/],
  ['a CR', 'a\r\nb', /U\+000D/],
  ['a NUL', '\0', /U\+0000/],
  ['what was no UTF-8', 'a\uFFFDb', /no UTF-8/],
  ['half a character', 'a\uD83Db', /no UTF-8/],
  ['a last line end', 'a\n', /line end/],
  ['a last blank', 'a\t', /blank/],
  ['nothing', ' ', /empty/],
  ['more than 4 KB', '😀'.repeat(1025), /4100 bytes; 4096/],
];

test("a person's words are kept byte for byte, or refused (mail 10)", () =>
  inTown(async (store) => {
    const whole = `${'two lines\n\twith a tab, 😀; $(x) #{y} `z` "q"  '.repeat(80)}end`;
    assert.equal((await queue(store, { body: whole })).nudge.body, whole);
    for (const [what, body, message] of unfit)
      await assert.rejects(queue(store, { body }), (error) => isFault(error, 'invalid') && message.test(error.message), what);
    const own = await queue(store, { reason: 'mail', body: 'mail that is called "a\u001Bb"' });
    assert.equal(own.nudge.body, 'mail that is called "a\uFFFDb"', 'Baton quotes others, and shows where something stood');
  }));
