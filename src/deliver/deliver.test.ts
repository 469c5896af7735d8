import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hour, second } from '#base';
import { systemChance } from '#host';
import { joinNudges, listNudges, listWaitingNudges, type NewNudge, queueNudgeRow } from '#mail';
import { getSession, recordTurnEndRow, recordTurnRow, type Session, setConditionRow } from '#sessions';
import { givenStarted, writerOf } from '#sessions/testing';
import { readEvents, type Store } from '#store';
import { type ManualClock, manualClock, memoryStore } from '#store/testing';
import { prepareTestServer } from '#tmux/testing';
import { seedAgents } from '#work/testing';
import { bringNudges, canBeTyped, takeNudges, takeStock } from './index.ts';

const max = 'app/crew/max';
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

const take = ({ store, session }: Town, prompt?: string) => {
  const about = { session: session.id, agent: max };
  return takeNudges({ store, by: writerOf(session) }, prompt === undefined ? { ...about, channel: 'stop' } : { ...about, channel: 'prompt', prompt });
};
const channels = async ({ store }: Town) =>
  (await listNudges(store.db, { agent: max, limit: 9 })).map(({ body, channel, consumedAt }) => [body, channel, consumedAt !== null]);

test('a turn that ended goes on with what waits, in the order in which it came, once (deliver 1, 5)', async (t) => {
  const town = await givenTown(t);
  await town.queue('first');
  await town.queue('second\nwith two lines');
  assert.equal(await take(town), '[Baton] mayor: first\n\n[Baton] mayor: second\nwith two lines');
  assert.equal(await take(town), '');
  assert.deepEqual((await channels(town)).sort(), [
    ['first', 'stop', true],
    ['second\nwith two lines', 'stop', true],
  ]);
});

test('a turn that begins takes what waits, and what was typed into its prompt a moment ago is not said twice (deliver 5)', async (t) => {
  const town = await givenTown(t);
  await town.queue('look at   the hook,\nthen at the mail');
  await town.queue('and at the roof');
  assert.equal(await take(town, '[Baton] mayor: look at the hook, then at the mail'), '[Baton] mayor: and at the roof');
  assert.deepEqual((await channels(town)).map(([, channel]) => channel).sort(), ['keys', 'prompt']);
});

test('what does not fit into one text waits for the next, and the first is always among them (deliver 1)', async (t) => {
  const town = await givenTown(t);
  for (const letter of ['a', 'b', 'c']) await town.queue(letter.repeat(3000));
  const waiting = await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() });
  assert.equal(joinNudges(waiting).taken.length, 1);
  assert.match(await take(town), /^\[Baton\] mayor: a{3000}$/);
  assert.match(await take(town), /^\[Baton\] mayor: b{3000}$/);
  assert.equal(joinNudges(waiting.map((nudge) => ({ ...nudge, body: 'x'.repeat(9000) }))).taken.length, 1);
});

test('a nudge whose time is over is dropped, and the journal tells it (deliver 4)', async (t) => {
  const town = await givenTown(t);
  await town.queue('soon', { expiresAt: town.clock.now() + hour });
  await town.queue('whenever');
  town.clock.advance(2 * hour);
  const stock = await takeStock({ store: town.store, clock: town.clock, by: daemon });
  assert.deepEqual(
    stock.get(max)?.map(({ body }) => body),
    ['whenever'],
  );
  assert.equal((await readEvents(town.store.db, { types: ['nudge_dropped'] })).length, 1);
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
  assert.deepEqual(await bringNudges({ store, clock, tmux, by: daemon }, { session: town.session, runtime, nudges }), { kind: 'unseen' });
  assert.equal((await listWaitingNudges(store.db, { agent: max, now: clock.now() })).length, 1, 'it waits');
});
