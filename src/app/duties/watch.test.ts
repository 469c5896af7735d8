import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hour, minute, second } from '#base';
import { takeNudges } from '#deliver';
import { makeSource } from '#git/testing';
import { hostIdentity } from '#host';
import { eventually } from '#host/testing';
import { escalate, listEscalations, listNudges, sendMail } from '#mail';
import {
  endSessionRow,
  findLiveSession,
  getSession,
  judgeState,
  keepMassDeathRow,
  recordProgress,
  recordTurnEndRow,
  recordTurnRow,
  type Session,
  setConditionRow,
} from '#sessions';
import { givenStarted } from '#sessions/testing';
import { readEvents } from '#store';
import { type ManualClock, manualClock } from '#store/testing';
import { createPane, type Tmux } from '#tmux';
import { startTestServer, type TestServer } from '#tmux/testing';
import { type Agent, addCrew, addRig, setDesiredRow, setEstopRow } from '#town';
import { createBead, hookBead } from '#work';
import type { Deps } from '../deps.ts';
import { readFailure } from '../read-failure.ts';
import { appTown } from '../testing.ts';
import { watch } from './watch.ts';
import { readPane } from './watch-condition.ts';

interface Watched extends Deps {
  readonly clock: ManualClock;
  readonly server: TestServer;
  readonly tmux: Tmux;
  readonly agent: Agent;
  round(): Promise<void>;
  /** Lets time pass, with a round of the duty every half minute. */
  pass(ms: number): Promise<void>;
}

/** A town on a manual clock with a crew member whose program runs, at rest after its first turn. */
async function givenWatched(t: TestContext): Promise<Watched> {
  const clock = manualClock();
  const town = await appTown(t, { clock });
  await addRig(town, { name: 'app', source: makeSource(`${town.dir}/source`), cwd: town.root });
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  await town.store.change(town.by, async (tx, at) => ({ answer: 0, events: await setDesiredRow(tx, at, { agent: agent.address, desired: 'running' }) }));
  const server = await startTestServer(t);
  const duty = watch({ ...town, clock }, { tmux: server.tmux, tell: () => {} });
  const round = async () => void (await duty.round());
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 30 * second) {
      clock.advance(Math.min(30 * second, ms - passed));
      await round();
    }
  };
  return { ...town, clock, server, tmux: server.tmux, agent, round, pass };
}

async function givenIdle(town: Watched): Promise<Session> {
  const session = await givenStarted(town, town.agent.address, { host: hostIdentity().id });
  await takeTurn(town, session, second);
  return session;
}

/** Its program took a turn of this length. */
async function takeTurn({ store, clock }: Watched, { id, agent }: Session, ms: number): Promise<void> {
  const about = { session: id, agent };
  await store.change({ actor: 'daemon' }, async (tx, at) => {
    await tx.updateTable('sessions').set({ primed_at: at }).where('id', '=', id).execute();
    return { answer: 0, events: await recordTurnRow(tx, at, about) };
  });
  clock.advance(ms);
  await store.change({ actor: 'daemon' }, async (tx, at) => ({ answer: 0, events: await recordTurnEndRow(tx, at, about) }));
}

async function givenWork(town: Watched): Promise<string> {
  const bead = await createBead(town, { title: 'mend the roof', rig: 'app' });
  await hookBead(town, { bead: bead.id, agent: town.agent.address });
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('beads').set({ status: 'in_progress' }).where('id', '=', bead.id).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  return bead.id;
}

const readShown = async (town: Watched, session: Session) => (await readPane(town, town.agent, session)) ?? '';
const nudgesOf = async ({ store, agent }: Watched) => (await listNudges(store.db, { agent: agent.address, limit: 50 })).map(({ reason }) => reason).reverse();
const calls = async ({ store }: Watched) => (await listEscalations(store.db)).map(({ incident }) => incident?.replace(/sess_\w+/, 'ID'));

test('idle with work on its hook: nudged twice, handed over with a document, and when that was in vain too a person is called once (app 13)', async (t) => {
  const town = await givenWatched(t);
  const first = await givenIdle(town);
  const bead = await givenWork(town);
  await town.pass(5 * minute - second);
  assert.deepEqual(await nudgesOf(town), []);
  await town.pass(10 * minute);
  assert.deepEqual(await nudgesOf(town), ['idle', 'idle']);
  await town.pass(minute);
  const ended = await getSession(town.store.db, first.id);
  assert.deepEqual([ended.endReason, ended.endEvidence.kind, ended.endEvidence.reason], ['handoff', 'watch', 'idle']);
  const next = await findLiveSession(town.store.db, town.agent.address);
  assert.equal(next?.predecessor, first.id);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    await tx
      .updateTable('sessions')
      .set({ started_at: at, pid: process.pid, pid_start: 'x' })
      .where('id', '=', next?.id ?? '')
      .execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  await takeTurn(town, await getSession(town.store.db, next?.id ?? ''), second);
  await town.pass(40 * minute);
  assert.equal((await findLiveSession(town.store.db, town.agent.address))?.id, next?.id, 'a third one would do no better');
  assert.deepEqual(await calls(town), ['stuck:ID']);
  assert.equal((await listEscalations(town.store.db))[0]?.bead, bead);
});

test('a program that was started and stands still before its prime is handed over like any other (app 13)', async (t) => {
  const town = await givenWatched(t);
  const first = await givenStarted(town, town.agent.address, { host: hostIdentity().id });
  assert.equal(judgeState(first), 'priming');
  await givenWork(town);
  await town.pass(16 * minute);
  const { endReason, endEvidence } = await getSession(town.store.db, first.id);
  assert.deepEqual([endReason, endEvidence.kind], ['handoff', 'watch']);
});

test('a short turn after a nudge is no work and a long one is; what works is not nudged (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  await town.pass(5 * minute);
  await takeTurn(town, session, 2 * second);
  await town.pass(5 * minute);
  assert.deepEqual(await nudgesOf(town), ['idle', 'idle'], 'it answered, and did nothing');
  await takeTurn(town, session, 2 * minute);
  await town.pass(5 * minute + second);
  assert.deepEqual(await nudgesOf(town), ['idle', 'idle', 'idle']);
  assert.equal((await findLiveSession(town.store.db, town.agent.address))?.id, session.id, 'after work the count begins anew');
});

test('in a turn without progress for half an hour it is nudged; what its tools report is progress, its commands are not (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  const about = { session: session.id, agent: session.agent };
  town.clock.advance(second);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => ({ answer: 0, events: await recordTurnRow(tx, at, about) }));
  await town.pass(20 * minute);
  await recordProgress(town, [{ ...about, at: town.clock.now(), signals: 1, isWaiting: false }]);
  await town.pass(29 * minute);
  assert.deepEqual(await nudgesOf(town), []);
  await town.pass(minute);
  assert.deepEqual(await nudgesOf(town), ['stuck']);
});

test('idle without work is healthy, and so is work that only somebody else can go on with (app 13)', async (t) => {
  const town = await givenWatched(t);
  await givenIdle(town);
  await town.pass(2 * hour);
  const bead = await givenWork(town);
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('beads').set({ status: 'blocked', blocked_reason: 'no key' }).where('id', '=', bead).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  await town.pass(hour);
  assert.deepEqual([await nudgesOf(town), await calls(town)], [[], []]);
});

test('work hung on an idle agent, and mail to it, wake it once each, also what came while it worked; what came before its prime does not (app 14)', async (t) => {
  const town = await givenWatched(t);
  const mail = (subject: string) => sendMail({ ...town, isKnown: async () => true }, { to: town.agent.address, subject });
  await mail('before it lived');
  town.clock.advance(second);
  await givenIdle(town);
  town.clock.advance(second);
  await town.round();
  assert.deepEqual(await nudgesOf(town), []);
  await mail('Rotate the keys; now');
  const bead = await createBead(town, { title: 'mend the roof', rig: 'app' });
  await hookBead(town, { bead: bead.id, agent: town.agent.address });
  for (let i = 0; i < 3; i += 1) await town.round();
  const nudges = await listNudges(town.store.db, { agent: town.agent.address, limit: 9 });
  assert.deepEqual(nudges.map(({ reason }) => reason).sort(), ['hook', 'mail']);
  assert.match(nudges.find(({ reason }) => reason === 'mail')?.body ?? '', /from overseer, who calls it "Rotate the keys; now"/);
});

test('what came in the middle of a turn wakes its agent when the turn is over (app 14)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenStarted(town, town.agent.address, { host: hostIdentity().id });
  const about = { session: session.id, agent: session.agent };
  await takeTurn(town, session, second);
  town.clock.advance(second);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => ({ answer: 0, events: await recordTurnRow(tx, at, about) }));
  town.clock.advance(second);
  await sendMail({ ...town, isKnown: async () => true }, { to: town.agent.address, subject: 'Rotate the keys' });
  await town.round();
  assert.deepEqual(await nudgesOf(town), [], 'it is at work');
  town.clock.advance(second);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => ({ answer: 0, events: await recordTurnEndRow(tx, at, about) }));
  await town.round();
  assert.deepEqual(await nudgesOf(town), ['mail']);
});

test('one that was told to hand off, and then stands still with room in its context, is watched like any other (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    await tx.updateTable('sessions').set({ told_at: at }).where('id', '=', session.id).execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  assert.equal(judgeState(await getSession(town.store.db, session.id)), 'handing-off');
  await town.pass(16 * minute);
  assert.equal((await getSession(town.store.db, session.id)).endReason, 'handoff');
});

test('who asks a person is not nudged, and after five minutes somebody is called, once (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  const tell = (isWaiting: boolean) => recordProgress(town, [{ session: session.id, agent: session.agent, at: town.clock.now(), signals: 1, isWaiting }]);
  town.clock.advance(second);
  await tell(true);
  await town.pass(4 * minute);
  assert.deepEqual(await calls(town), []);
  await town.pass(hour);
  assert.deepEqual([await nudgesOf(town), (await calls(town)).length], [[], 1]);
  await tell(false);
  assert.equal((await getSession(town.store.db, session.id)).condition, undefined);
});

test('a limit on its screen is waited for until it resets, and then it is told to go on (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  const argv = ['/bin/sh', '-c', "echo 'usage limit reached, resets in 2h'; exec sleep 1000"];
  await createPane(town.tmux, { name: town.agent.pane, cwd: '/', env: { PATH: '/usr/bin:/bin' }, argv, mark: session.id });
  await town.pass(6 * minute);
  const { condition } = await getSession(town.store.db, session.id);
  assert.equal(condition?.kind, 'rate-limit');
  await town.pass(100 * minute);
  assert.deepEqual(await nudgesOf(town), []);
  await town.pass(20 * minute);
  assert.deepEqual(await nudgesOf(town), ['rate-limit']);
});

test('a vendor without service is asked again ever more rarely, nobody is handed over for it, and after half an hour a person is told (app 40)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  const about = { session: session.id, agent: session.agent };
  const fail = async () => {
    await takeTurn(town, session, second);
    const condition = readFailure('server_error\nAPI Error: 529 Overloaded.', town.clock.now());
    await town.store.change({ actor: 'daemon' }, async (tx, at) => ({ answer: 0, events: await setConditionRow(tx, at, { ...about, condition }) }));
  };
  const countOf = async (ms: number) => {
    town.clock.advance(ms);
    await town.round();
    return (await nudgesOf(town)).length;
  };
  for (const [n, minutes] of [1, 2, 4, 8, 15, 15, 15].entries()) {
    await fail();
    assert.deepEqual([await countOf(0), await countOf(minutes * minute - second), await countOf(second)], [n, n, n + 1], `after ${minutes} minutes`);
    await takeNudges(town, { session: session.id, agent: session.agent, channel: 'prompt' }).then(({ written }) => written());
  }
  assert.deepEqual(new Set(await nudgesOf(town)), new Set(['no-service']));
  assert.deepEqual(await calls(town), [`service:${session.agent}`]);
  assert.equal((await findLiveSession(town.store.db, session.agent))?.id, session.id);
  await recordProgress(town, [{ ...about, at: town.clock.now() + 2 * minute, signals: 1, isWaiting: false }]);
  await town.pass(minute);
  assert.deepEqual(await calls(town), [], 'it works again');
  town.clock.advance(hour);
  await fail();
  assert.deepEqual([await countOf(0), await countOf(minute)], [7, 8], 'another outage is tried soon again');
});

test('a turn whose answer flows slowly over its screen is not stuck, and one whose screen stands still is (app 13)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => ({
    answer: 0,
    events: await recordTurnRow(tx, at + 1, { session: session.id, agent: session.agent }),
  }));
  const argv = ['/bin/sh', '-c', 'exec sleep 1000'];
  await createPane(town.tmux, { name: town.agent.pane, cwd: '/', env: { PATH: '/usr/bin:/bin' }, argv, mark: session.id });
  town.clock.advance(30 * minute);
  await town.round();
  // The terminal itself shows what is typed.
  for (const word of ['The', 'beam', 'is', 'rotten']) {
    await town.tmux.run([['send-keys', '-t', town.agent.pane, word, 'Enter']]);
    await eventually(async () => (await readShown(town, session)).includes(word), `${word} is on the screen`);
    await town.pass(30 * second);
  }
  assert.deepEqual(await nudgesOf(town), []);
  await town.pass(2 * minute);
  assert.deepEqual(await nudgesOf(town), ['stuck']);
});

test('a login that is asked for stays one call while it is tried again in vain, and is another one after work (app 13, app 15, app 20)', async (t) => {
  const town = await givenWatched(t);
  const session = await givenIdle(town);
  await givenWork(town);
  await recordProgress(town, [{ session: session.id, agent: session.agent, at: town.clock.now() + 2 * minute, signals: 1, isWaiting: false }]);
  const argv = ['/bin/sh', '-c', "echo 'Invalid API key · Please run /login'; exec sleep 1000"];
  await createPane(town.tmux, { name: town.agent.pane, cwd: '/', env: { PATH: '/usr/bin:/bin' }, argv, mark: session.id });
  const countOf = async () => (await listEscalations(town.store.db, { isOpenOnly: false })).length;
  await town.pass(10 * minute);
  assert.equal((await getSession(town.store.db, session.id)).condition?.kind, 'auth');
  for (let n = 0; n < 3; n += 1) {
    await town.pass(65 * minute);
    await takeTurn(town, session, 2 * second);
  }
  assert.deepEqual([await countOf(), (await calls(town)).length], [1, 1]);
  await takeTurn(town, session, 2 * minute);
  await town.round();
  assert.deepEqual(await calls(town), []);
  await town.pass(3 * hour);
  assert.deepEqual([await countOf(), (await calls(town)).length], [2, 1]);
});

test('under an emergency stop and while a mass death is under way nobody is nudged (app 13)', async (t) => {
  const town = await givenWatched(t);
  await givenIdle(town);
  await givenWork(town);
  const stop = (reason?: string) =>
    town.store.change(town.by, async (tx, at) => ({
      answer: 0,
      events: await setEstopRow(tx, at, reason === undefined ? undefined : { by: 'overseer', reason }),
    }));
  await stop('fire');
  await town.pass(10 * minute);
  await stop();
  const dead = { firstAt: 1, lastAt: 2, sessions: ['a', 'b', 'c'], agents: ['x'], cause: 'unknown', detail: '' } as const;
  await town.store.change(town.by, async (tx, at) => ({ answer: 0, events: await keepMassDeathRow(tx, at, dead) }));
  await town.pass(10 * minute);
  assert.deepEqual(await nudgesOf(town), []);
});

test('a breaker whose agent works again closes its own call for a person (app 15)', async (t) => {
  const town = await givenWatched(t);
  await escalate({ ...town, by: { actor: 'daemon' } }, { text: 'again and again', agent: town.agent.address, incident: 'breaker:sess_1' });
  const session = await givenIdle(town);
  await town.pass(30 * second);
  assert.deepEqual(await calls(town), ['breaker:ID'], 'a probe that has only begun mends nothing');
  await town.store.change(town.by, async (tx, at) => {
    await tx
      .updateTable('sessions')
      .set({ progress_at: at + 2 * minute })
      .where('id', '=', session.id)
      .execute();
    return { answer: 0, events: [{ type: 'seeded' }] };
  });
  await town.round();
  assert.deepEqual(await calls(town), []);
  assert.equal((await readEvents(town.store.db, { types: ['breaker_closed'] })).length, 1);
  await town.store.change(town.by, async (tx, at) => ({
    answer: 0,
    events: (await endSessionRow(tx, { session: session.id, reason: 'stopped', at, evidence: {} })).events,
  }));
});
