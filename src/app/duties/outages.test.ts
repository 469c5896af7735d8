import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { day, hour, minute, second } from '#base';
import { readSettings } from '#config';
import { hostIdentity } from '#host';
import { closeEscalation, listEscalations } from '#mail';
import { readMassDeath } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { readEvents } from '#store';
import { type ManualClock, manualClock } from '#store/testing';
import { getAgent, setDesiredRow } from '#town';
import type { Deps } from '../deps.ts';
import { appTown } from '../testing.ts';
import { healOutages } from './heal-outages.ts';
import { makeMassDeathLook } from './look-for-mass-death.ts';
import { holdAllButOne } from './rules.ts';
import { type Outage, tellOutage } from './tell-outage.ts';

async function givenTown(t: TestContext): Promise<Deps & { clock: ManualClock }> {
  const clock = manualClock();
  return { ...(await appTown(t, { clock })), clock };
}

const breaker: Outage['plan'] = {
  kind: 'wait',
  untilAt: 0,
  why: { kind: 'breaker', session: 'sess_00000007', class: 'crash', count: 2, openedBy: 'sess_00000005' },
};
const countOf = async ({ store }: Deps, type: string) => (await readEvents(store.db, { types: [type] })).length;

test('an open breaker is told once, to the journal and to a person, whoever closed the call and whichever daemon comes to it (app 20)', async (t) => {
  const town = await givenTown(t);
  const agent = await getAgent(town.store.db, 'mayor');
  for (let i = 0; i < 3; i += 1) await tellOutage(town, { agent, plan: breaker });
  const [call] = await listEscalations(town.store.db);
  assert.match(call?.text ?? '', /^mayor died again and again \(last sess_00000007, crash\)/);
  await closeEscalation(town, { escalation: call?.id ?? '' });
  await tellOutage(town, { agent, plan: breaker });
  assert.deepEqual([await countOf(town, 'breaker_opened'), (await listEscalations(town.store.db)).length], [1, 0]);
  const another = { ...breaker, why: { ...breaker.why, openedBy: 'sess_00000009' } } as Outage['plan'];
  await tellOutage(town, { agent, plan: another });
  assert.equal(await countOf(town, 'breaker_opened'), 2, 'another incident is told anew');
});

test('what needs a person calls for one, and what passes by itself does not (app 20)', async (t) => {
  const town = await givenTown(t);
  const agent = await getAgent(town.store.db, 'mayor');
  const about = { session: 'sess_00000001', count: 1 } as const;
  const silent: Outage['plan'][] = [
    { kind: 'wait', untilAt: 0, why: { kind: 'death', class: 'crash', ...about } },
    { kind: 'wait', untilAt: 0, why: { kind: 'reset', class: 'rate-limit', ...about } },
    { kind: 'held', hold: { kind: 'estop', detail: '' } },
    { kind: 'held', hold: { kind: 'mass-death', detail: '' } },
  ];
  for (const plan of silent) await tellOutage(town, { agent, plan });
  assert.deepEqual(await listEscalations(town.store.db), []);
  const loud: [Outage['plan'], RegExp][] = [
    [{ kind: 'wait', untilAt: 0, why: { kind: 'login', class: 'auth', ...about } }, /waits for a login/],
    [{ kind: 'wait', untilAt: 0, why: { kind: 'death', class: 'missing-dependency', ...about } }, /misses something/],
    [{ kind: 'held', hold: { kind: 'disk', detail: 'only 5 MB are free' } }, /nothing starts: only 5 MB are free/],
    [{ kind: 'held', hold: { kind: 'budget', detail: 'ap-1 has had 3 sessions of 3' } }, /not started: ap-1 has had 3 sessions of 3/],
  ];
  for (const [plan, words] of loud) {
    await tellOutage(town, { agent, plan });
    assert.ok(
      (await listEscalations(town.store.db)).some(({ text }) => words.test(text)),
      String(words),
    );
  }
});

test('what healed and comes again is told again, by the same daemon; a call closed before it healed is not repeated at once (app 15, app 20)', async (t) => {
  const town = await givenTown(t);
  const agent = await getAgent(town.store.db, 'mayor');
  const plans: Outage['plan'][] = [
    { kind: 'wait', untilAt: 0, why: { kind: 'login', class: 'auth', session: 'sess_00000001', count: 1 } },
    { kind: 'held', hold: { kind: 'disk', detail: 'only 5 MB are free' } },
    { kind: 'held', hold: { kind: 'budget', detail: 'mayor has had 3 sessions of 3 in a day' } },
  ];
  const tellAll = async () => {
    for (const plan of plans) await tellOutage(town, { agent, plan });
    return (await listEscalations(town.store.db)).length;
  };
  assert.deepEqual([await tellAll(), await tellAll()], [3, 3]);
  await givenStarted(town, 'mayor', { host: hostIdentity().id });
  await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    await tx.updateTable('sessions').set({ first_turn_at: at, turn_at: at }).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  town.clock.advance(2 * minute);
  await healOutages({ ...town, by: { actor: 'daemon' } });
  assert.deepEqual([(await listEscalations(town.store.db)).length, await countOf(town, 'outage_over'), await countOf(town, 'login_healed')], [0, 2, 1]);
  town.clock.advance(7 * day);
  assert.equal(await tellAll(), 3, 'a week later');
  for (const { id } of await listEscalations(town.store.db)) await closeEscalation(town, { escalation: id });
  town.clock.advance(minute);
  assert.equal(await tellAll(), 0, 'a person closed them, and they go on');
});

test('a call for a budget is closed when its agent is held no longer, also where it is not to run any more (app 15)', async (t) => {
  const town = await givenTown(t);
  const agent = await getAgent(town.store.db, 'mayor');
  await givenEnd(town, await givenStarted(town, 'mayor'), 'stopped');
  const countAfter = async (budget: number, desired: 'running' | 'stopped') => {
    await tellOutage(town, { agent, plan: { kind: 'held', hold: { kind: 'budget', detail: 'mayor has had 1 sessions of 1 in a day' } } });
    await town.store.change(town.by, async (tx, at) => ({ answer: 0, events: await setDesiredRow(tx, at, { agent: 'mayor', desired }) }));
    const settings = readSettings({ town: `budget.agent_sessions = ${budget}\n`, rigs: {} });
    await healOutages({ ...town, settings, by: { actor: 'daemon' } });
    town.clock.advance(3 * hour);
    return (await listEscalations(town.store.db)).length;
  };
  assert.deepEqual(
    [await countAfter(1, 'running'), await countAfter(2, 'running'), await countAfter(1, 'running'), await countAfter(1, 'stopped')],
    [1, 0, 1, 0],
  );
});

/** A session that died at this moment, seconds after the first. */
async function givenDeath(town: Deps & { clock: ManualClock }, agent: string, at: number): Promise<void> {
  const session = await givenStarted(town, agent, { host: hostIdentity().id });
  await givenEnd(town, session, 'lost', { at, evidence: { class: 'lost' } });
}

test('many deaths at once are one mass death: held open while it grows, told once with all of them when it is over (app 21)', async (t) => {
  const town = await givenTown(t);
  const look = makeMassDeathLook(town);
  const first = town.clock.now();
  const agents = ['mayor', 'deacon', 'boot'];
  for (const [i, agent] of agents.slice(0, 2).entries()) await givenDeath(town, agent, first + i * second);
  town.clock.advance(5 * second);
  assert.equal(await look(), undefined, 'two are none');
  await givenDeath(town, 'boot', first + 5 * second);
  assert.equal((await look())?.cause, 'tmux-server');
  await givenDeath(town, 'mayor', first + 15 * second);
  await givenDeath(town, 'overseer', first + 20 * second);
  town.clock.advance(20 * second);
  assert.equal((await look())?.sessions.length, 4);
  assert.equal((await readMassDeath(town.store.db))?.sessions.length, 4);
  assert.equal(await countOf(town, 'mass_death'), 0);
  town.clock.advance(minute);
  assert.equal(await look(), undefined);
  const [told] = await readEvents(town.store.db, { types: ['mass_death'] });
  assert.deepEqual([told?.payload.count, told?.payload.cause], [4, 'tmux-server']);
  for (let i = 0; i < 3; i += 1) await look();
  await makeMassDeathLook(town)();
  assert.deepEqual([await countOf(town, 'mass_death'), (await listEscalations(town.store.db)).length], [1, 1], 'another daemon does not tell it again');
});

test('one that was told is not told again when its first deaths are no longer looked at (app 21)', async (t) => {
  const town = await givenTown(t);
  const first = town.clock.now();
  for (const [i, agent] of ['mayor', 'deacon', 'boot', 'overseer', 'mayor', 'deacon'].entries()) {
    await givenDeath(town, agent, first + i * 2 * second);
    town.clock.advance(2 * second);
  }
  const look = makeMassDeathLook(town);
  for (let passedMs = 0; passedMs < 11 * minute; passedMs += second) {
    town.clock.advance(second);
    await look();
  }
  assert.deepEqual([await countOf(town, 'mass_death'), (await listEscalations(town.store.db)).length], [1, 1]);
});

test('one that happened while no daemon lived is told by the next (app 21)', async (t) => {
  const town = await givenTown(t);
  for (const [i, agent] of ['mayor', 'deacon', 'boot'].entries()) await givenDeath(town, agent, town.clock.now() + i);
  town.clock.advance(2 * minute);
  assert.equal(await makeMassDeathLook(town)(), undefined);
  assert.equal(await countOf(town, 'mass_death'), 1);
});

test('in a mass death one life begins at a time, and what is over is cleared all the same (app 21)', () => {
  const dead = { firstAt: 1, lastAt: 2, sessions: ['a', 'b', 'c'], agents: [], cause: 'unknown', detail: '' } as const;
  const open = { plan: { kind: 'open', why: { kind: 'never-died', waitedMs: 0 } }, isBeginning: false } as const;
  const calm = { plan: { kind: 'nothing' }, isBeginning: false } as const;
  const beginning = { plan: { kind: 'nothing' }, isBeginning: true } as const;
  const clear = { plan: { kind: 'clear', session: {} as never }, isBeginning: false } as const;
  const kinds = (...planned: Parameters<typeof holdAllButOne>[0][number][]) =>
    holdAllButOne(
      planned.map((one) => ({ ...one })),
      dead,
    ).map(({ plan }) => plan.kind);
  assert.deepEqual(kinds(calm, open, open, clear, open), ['nothing', 'open', 'held', 'clear', 'held']);
  assert.deepEqual(kinds(beginning, open, open), ['nothing', 'held', 'held']);
});
