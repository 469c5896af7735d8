import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { hour, second } from '#base';
import { readSettings } from '#config';
import { systemChance } from '#host';
import { tempDir } from '#host/testing';
import { checkMail, joinNudges, judgeNudge, listNudges, listWaitingNudges, type NewNudge, offerNudgeRows, queueNudgeRow } from '#mail';
import { getRuntime } from '#runtimes';
import { getSession, recordTurnEndRow, recordTurnRow, type Session, setConditionRow } from '#sessions';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { readEvents, type Store } from '#store';
import { type ManualClock, manualClock, memoryStore } from '#store/testing';
import { prepareTestServer } from '#tmux/testing';
import { seedAgents } from '#work/testing';
import { bringNudges, canBeTyped, type SettleSignal, settleNudges, takeNudges, takeStock } from './index.ts';
import { judgeOffer, type OfferFacts, planTyping } from './rules.ts';

const receiptMs = 20 * second;

const max = 'app/crew/max';
const settings = readSettings({ town: '', rigs: { app: '' } });
const daemon = { actor: 'daemon' };

interface Town {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly session: Session;
  queue(body: string, more?: Partial<NewNudge>): Promise<unknown>;
}

async function givenTown(t: TestContext): Promise<Town> {
  const clock = manualClock();
  const store = await memoryStore(clock);
  t.after(() => store.close());
  await seedAgents(store, [max]);
  const session = await givenStarted({ store }, max);
  const queue = (body: string, more: Partial<NewNudge> = {}) =>
    store.change({ actor: 'mayor' }, (tx, at) => {
      clock.advance(1);
      return queueNudgeRow(tx, at, { agent: max, reason: 'person', body, chance: systemChance, by: { actor: 'mayor' }, ...more });
    });
  return { store, clock, session, queue };
}

/** A signal's answer, which is written out. */
async function take({ store, session }: Town, channel: 'prompt' | 'stop' = 'stop'): Promise<string> {
  const { text, written } = await takeNudges({ store, by: writerOf(session) }, { session: session.id, agent: max, channel });
  await written();
  return text;
}
const settle = ({ store, session }: Town, signal: SettleSignal, session2 = session) =>
  settleNudges({ store, settings, by: writerOf(session2) }, session2, signal);
/** A daemon that was about to type what waits. */
const type = async ({ store, clock, session }: Town) => {
  const waiting = await listWaitingNudges(store.db, { agent: max, now: clock.now() });
  await store.change(daemon, async (tx, at) => ({
    answer: 0,
    events: (await offerNudgeRows(tx, at, { nudges: joinNudges(waiting).taken.map(({ id }) => id), session: session.id, agent: max, channel: 'keys' })).events,
  }));
  return joinNudges(waiting).text;
};
const states = async ({ store }: Town) =>
  (await listNudges(store.db, { agent: max, limit: 9 })).map((nudge) => [nudge.body, judgeNudge(nudge), nudge.missCount]).reverse();
const channels = async ({ store }: Town) =>
  (await listNudges(store.db, { agent: max, limit: 9 })).map(({ body, channel, consumedAt }) => [body, channel, consumedAt !== null]);

test('a turn that ended goes on with what waits, in the order in which it came, once; it is received when that is seen (deliver 1, 5)', async (t) => {
  const town = await givenTown(t);
  await town.queue('first');
  await town.queue('second  \nwith two lines');
  assert.match(await take(town), /^\[Baton nu-\w{5}\] mayor: first\n\n\[Baton nu-\w{5}\] mayor: second {2}\nwith two lines$/);
  assert.equal(await take(town), '');
  assert.deepEqual(await states(town), [
    ['first', 'delivered', 0],
    ['second  \nwith two lines', 'delivered', 0],
  ]);
  await settle(town, { kind: 'stop', isContinued: false });
  assert.deepEqual(await channels(town), [
    ['second  \nwith two lines', 'stop', true],
    ['first', 'stop', true],
  ]);
});

test('a turn that begins takes what waits, and has received it when its answer was written out (deliver 5)', async (t) => {
  const town = await givenTown(t);
  await town.queue('and at the roof');
  assert.match(await take(town, 'prompt'), /^\[Baton nu-\w{5}\] mayor: and at the roof$/);
  assert.deepEqual(await channels(town), [['and at the roof', 'prompt', true]]);
});

for (const channel of ['prompt', 'stop'] as const) {
  test(`a ${channel} signal's process that dies before its answer is written out loses nothing (deliver 6)`, async (t) => {
    const town = await givenTown(t);
    await town.queue('mind the oven');
    const lost = await takeNudges({ store: town.store, by: writerOf(town.session) }, { session: town.session.id, agent: max, channel });
    assert.match(lost.text, /mind the oven/);
    await settle(town, { kind: 'prompt', prompt: 'something else' });
    assert.deepEqual(await states(town), [['mind the oven', 'accepted', 1]]);
    assert.equal(await take(town, 'prompt'), lost.text, 'the same, with the same nonce');
  });
}

test('what was typed is received by the prompt that brings its nonce back, among whatever else stands there (deliver 2)', async (t) => {
  const town = await givenTown(t);
  await town.queue('look at   the hook,\nthen at the mail');
  const typed = await type(town);
  await town.queue('and at the roof');
  assert.equal(await take(town, 'prompt'), '', 'nothing overtakes what is on its way');
  await settle(town, { kind: 'prompt', prompt: 'a line of a person' });
  assert.equal((await states(town))[0]?.[1], 'offered', 'another turn says nothing of it');
  await settle(town, { kind: 'prompt', prompt: `first\n${typed}\nlast` });
  assert.match(await take(town, 'prompt'), /: and at the roof$/);
  assert.deepEqual((await channels(town)).map(([, channel]) => channel).sort(), ['keys', 'prompt']);
  assert.equal((await readEvents(town.store.db, { types: ['nudge_altered'] })).length, 0);
});

test('a text that arrives otherwise than it was given is received, and told (deliver 2)', async (t) => {
  const town = await givenTown(t);
  await town.queue('a\tb');
  await settle(town, { kind: 'prompt', prompt: (await type(town)).replace('\t', ' ') });
  assert.deepEqual(await states(town), [['a\tb', 'consumed', 0]]);
  assert.equal((await readEvents(town.store.db, { types: ['nudge_altered'] })).length, 1);
});

test('what was typed and begins no turn in time is told, and goes along with the next signal, before what came later (deliver 1, 7)', async (t) => {
  const town = await givenTown(t);
  await town.queue('first');
  await type(town);
  await town.queue('second');
  town.clock.advance(receiptMs);
  await settle(town, { kind: 'stop', isContinued: false });
  assert.match(await take(town), /: first\n\n.*: second$/s);
  const [missed] = await readEvents(town.store.db, { types: ['nudge_missed'] });
  assert.equal(missed?.payload.why, 'it was typed, and no turn began with it');
});

test('its nonce in the transcript proves that it came, whoever died; without it the next session is brought it (deliver 6)', async (t) => {
  const town = await givenTown(t);
  const transcript = join(tempDir(t), 'transcript.jsonl');
  await town.store.change(daemon, async (tx) => {
    await tx.updateTable('sessions').set({ transcript }).where('id', '=', town.session.id).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  await town.queue('first');
  writeFileSync(transcript, `${JSON.stringify({ text: await type(town) })}\n`);
  await givenEnd(town, town.session, 'crashed');
  const next = await givenStarted({ store: town.store }, max, { predecessor: town.session.id });
  await settle(town, { kind: 'start' }, next);
  assert.deepEqual(await states(town), [['first', 'consumed', 0]]);
  const later = { ...town, session: next };
  await town.queue('second');
  await type(later);
  await givenEnd(town, next, 'crashed');
  const third = await givenStarted({ store: town.store }, max, { predecessor: next.id });
  await settle(town, { kind: 'start' }, third);
  assert.deepEqual((await states(town))[1], ['second', 'accepted', 1]);
});

test('what a program would change when it is pasted comes with the prompt signal of a short line, where that carries words (deliver 2)', () => {
  const runtime = getRuntime('runbook', settings);
  const changesPaste = (text: string) => text.includes('\t');
  assert.deepEqual(planTyping('a\tb', runtime), { text: 'a\tb', isKnock: false });
  assert.deepEqual(planTyping('a b', { ...runtime, changesPaste }), { text: 'a b', isKnock: false });
  const knock = planTyping('a\tb', { ...runtime, changesPaste });
  assert.ok(knock.isKnock && !knock.text.includes('a\tb'));
  const deaf = { ...runtime.descriptor, signals: { ...runtime.descriptor.signals, carriesContext: [] } };
  assert.equal(planTyping('a\tb', { changesPaste, descriptor: deaf }).isKnock, false);
});

test('whatever is seen, a nonce that was seen is never missed, and what may still come is never said twice (deliver 2, 7)', () => {
  const facts: fc.Arbitrary<OfferFacts> = fc.record({
    channel: fc.constantFrom('start', 'prompt', 'stop', 'keys'),
    isDelivered: fc.boolean(),
    ageMs: fc.nat(2 * receiptMs),
    receiptMs: fc.constant(receiptMs),
    isInPrompt: fc.constantFrom(undefined, true, false),
    isInTranscript: fc.constantFrom(undefined, true, false),
    isContinued: fc.boolean(),
    isResting: fc.constantFrom(undefined, true, false),
  });
  fc.assert(
    fc.property(fc.constantFrom('prompt', 'stop', 'round', 'over'), facts, (moment, seen) => {
      const answer = judgeOffer(moment, seen);
      const isBeforeTurn = seen.channel === 'start' && (moment === 'over' || (moment === 'round' && seen.isDelivered));
      if (seen.isInTranscript === true) assert.equal(answer === 'received', !isBeforeTurn);
      if (isBeforeTurn) assert.equal(answer, moment === 'over' ? 'missed' : 'open');
      if (moment === 'prompt' && seen.channel === 'keys' && seen.isInPrompt === true) assert.equal(answer, 'received');
      if (moment !== 'over' && seen.channel === 'keys' && seen.ageMs < receiptMs) assert.notEqual(answer, 'missed');
      if (moment === 'round' && seen.isResting === false) assert.equal(answer, seen.isInTranscript === true && !isBeforeTurn ? 'received' : 'open');
    }),
  );
});

test('what does not fit into one text waits for the next, and the first is always among them (deliver 1)', async (t) => {
  const town = await givenTown(t);
  for (const letter of ['a', 'b', 'c']) await town.queue(letter.repeat(3000));
  const waiting = await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() });
  assert.equal(joinNudges(waiting).taken.length, 1);
  assert.match(await take(town), /^\[Baton nu-\w{5}\] mayor: a{3000}$/);
  assert.match(await take(town), /^\[Baton nu-\w{5}\] mayor: b{3000}$/);
  assert.equal(joinNudges(waiting.map((nudge) => ({ ...nudge, body: 'x'.repeat(9000) }))).taken.length, 1);
});

test('a nudge whose time is over is dropped, and its sender is told (deliver 4)', async (t) => {
  const town = await givenTown(t);
  await town.queue('soon', { expiresAt: town.clock.now() + hour });
  await town.queue('whenever');
  town.clock.advance(2 * hour);
  const stock = await takeStock({ store: town.store, clock: town.clock, chance: systemChance, by: daemon });
  assert.deepEqual(
    stock.get(max)?.map(({ body }) => body),
    ['whenever'],
  );
  assert.equal((await readEvents(town.store.db, { types: ['nudge_dropped'] })).length, 1);
  const { mails } = await checkMail(town.store.db, { address: 'mayor' });
  assert.deepEqual(
    mails.map(({ subject, body }) => [/^app\/crew\/max did not get your nudge nu-\w{5}$/.test(subject), body.endsWith('\n\nsoon')]),
    [[true, true]],
  );
});

test('nothing is typed in a turn, to who asks a person, without a pane, or where nobody can read the screen (deliver 3)', async (t) => {
  const town = await givenTown(t);
  const { store, clock } = town;
  const about = { session: town.session.id, agent: max };
  const now = () => getSession(store.db, town.session.id);
  const change = (body: Parameters<Store['change']>[1]) => store.change(daemon, body as never);
  assert.equal(canBeTyped(await now()), false, 'it is not primed yet');
  await change(async (tx, at) => {
    await tx.updateTable('sessions').set({ primed_at: at }).where('id', '=', about.session).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  assert.equal(canBeTyped(await now()), true);
  clock.advance(second);
  await change(async (tx, at) => ({ answer: 0, events: await recordTurnRow(tx, at, about) }));
  assert.equal(canBeTyped(await now()), false);
  clock.advance(second);
  await change(async (tx, at) => ({ answer: 0, events: await recordTurnEndRow(tx, at, about) }));
  assert.equal(canBeTyped(await now()), true);
  await change(async (tx, at) => ({ answer: 0, events: await setConditionRow(tx, at, { ...about, condition: { kind: 'waiting', at, detail: '' } }) }));
  assert.equal(canBeTyped(await now()), false);
  await town.queue('hello');
  const { tmux } = prepareTestServer(t);
  const nudges = await listWaitingNudges(store.db, { agent: max, now: clock.now() });
  const runtime = { readScreen: undefined } as never;
  assert.deepEqual(await bringNudges({ store, settings, clock, tmux, by: daemon }, { session: town.session, runtime, nudges }), { kind: 'unseen' });
  assert.equal((await listWaitingNudges(store.db, { agent: max, now: clock.now() })).length, 1, 'it waits');
});
