import assert from 'node:assert/strict';
import { isFault, minute, second } from '#base';
import { readEvents } from '#store';
import { endStep } from '#work';
import { givenMolecule, inTown, is, max, nux, toast, type WorkTown } from '#work/testing';
import type { Session } from './model.ts';
import { findLiveSession, getSession, listSessions, listUngone, readDeaths, readLineage } from './read-sessions.ts';
import { recordAdvice, recordGone, recordPrimedRow, recordProgress, recordStarted, recordTurnEndRow, recordTurnRow } from './record.ts';
import { judgeState } from './rules.ts';
import { givenEnd, givenSession, givenStarted, writerOf } from './testing.ts';

inTown('a second unended session of an agent is refused with the first one named, and nothing is written (sessions 2)', async (town) => {
  const first = await givenSession(town, max);
  await assert.rejects(givenSession(town, max), (error) => isFault(error, 'conflict') && error.message.includes(first.id) && error.hint !== undefined);
  assert.deepEqual(
    (await readLineage(town.store.db, max)).map(({ id }) => id),
    [first.id],
  );
  assert.equal((await givenSession(town, nux)).generation, 1);
});

inTown('of many that open a session at once one does, and the rest are told (sessions 2)', async (town) => {
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => givenSession(town, max)));
  assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.ok(ends.every((end) => end.status === 'fulfilled' || isFault(end.reason, 'conflict')));
});

inTown('a session ends once: the first reason, moment and evidence stand (sessions 5)', async (town) => {
  const session = await givenStarted(town, max);
  const at = town.clock.now() - 5 * second;
  const ended = await givenEnd(town, session, 'crashed', { at, evidence: { class: 'crash', signal: 'SIGKILL' }, isGone: false });
  assert.deepEqual([ended.endedAt, ended.endReason, ended.endEvidence, ended.goneAt], [at, 'crashed', { class: 'crash', signal: 'SIGKILL' }, undefined]);
  const again = await givenEnd(town, session, 'stopped', { isGone: false });
  assert.deepEqual(again, ended);
  const types = (await readEvents(town.store.db, { agent: max, types: ['session_death', 'session_end'] })).map(({ type, payload }) => [type, payload.reason]);
  assert.deepEqual(types, [['session_death', 'crashed']]);
});

inTown('a generation that follows knows its number, and the journal tells deaths from other ends (sessions 5)', async (town) => {
  await givenEnd(town, await givenStarted(town, max), 'stopped');
  await givenEnd(town, await givenStarted(town, max), 'lost');
  await givenEnd(town, await givenStarted(town, max), 'context-full');
  const next = await givenSession(town, max);
  assert.equal(next.generation, 4);
  const ends = await readEvents(town.store.db, { agent: max, types: ['session_death', 'session_end', 'session_gone'] });
  assert.deepEqual(
    ends.map(({ type }) => type),
    ['session_end', 'session_gone', 'session_death', 'session_gone', 'session_death', 'session_gone'],
  );
  assert.deepEqual(
    (await listUngone(town.store.db, 'host_test')).map(({ generation }) => generation),
    [4],
  );
  assert.deepEqual(await listUngone(town.store.db, 'host_other'), []);
});

inTown('a session is found by a unique beginning of its id, with or without the prefix; several are listed, none is a fault (sessions 6)', async (town) => {
  for (const [id, agent] of [
    ['sess_1a2b0001', max],
    ['sess_1a2b0002', nux],
    ['sess_9f000003', toast],
  ] as const) {
    const session = await givenSession(town, agent);
    await town.store.change({ actor: 'overseer' }, async (tx) => {
      await tx.updateTable('sessions').set({ id }).where('id', '=', session.id).execute();
      return { answer: undefined, events: [{ type: 'renamed' }] };
    });
  }
  const { db } = town.store;
  for (const text of ['sess_9f000003', 'sess_9', '9f00', '9']) assert.equal((await getSession(db, text)).id, 'sess_9f000003', text);
  await assert.rejects(getSession(db, '1a2b'), (error) => {
    assert.ok(isFault(error, 'conflict') && error.hint !== undefined);
    assert.deepEqual(error.details, { candidates: ['sess_1a2b0001', 'sess_1a2b0002'] });
    return true;
  });
  for (const text of ['sess_77', '', '%', 'sess_9f0000031', 'SESS_9']) await assert.rejects(getSession(db, text), is('not-found', /there is no session/), text);
});

inTown('lists are newest first, lineages oldest first, and the live one is the unended one (sessions 6)', async (town) => {
  const first = await givenEnd(town, await givenSession(town, max), 'handoff');
  town.clock.advance(second);
  const next = await givenSession(town, max, { predecessor: first.id });
  town.clock.advance(second);
  const other = await givenSession(town, nux);
  const ids = (sessions: readonly Session[]) => sessions.map(({ id }) => id);
  const { db } = town.store;
  assert.deepEqual(ids(await listSessions(db)), [other.id, next.id, first.id]);
  assert.deepEqual(ids(await listSessions(db, { agent: max, isUnended: true })), [next.id]);
  assert.deepEqual(ids(await listSessions(db, { limit: 1 })), [other.id]);
  assert.deepEqual(ids(await readLineage(db, max)), [first.id, next.id]);
  assert.deepEqual([(await findLiveSession(db, max))?.id, (await readLineage(db, max))[1]?.predecessor], [next.id, first.id]);
});

inTown('a start is recorded once, and not for a life that is over (sessions 12)', async (town) => {
  const session = await givenSession(town, max);
  const started = (pid: number) => recordStarted(town, { session: session.id, agent: max, paneId: '%1', pid, start: '1-aabbccdd', isAdopted: false });
  await started(41);
  await started(42);
  assert.deepEqual((await getSession(town.store.db, session.id)).process, { pid: 41, start: '1-aabbccdd' });
  assert.equal((await readEvents(town.store.db, { types: ['session_start'] })).length, 1);
  const ended = await givenEnd(town, await givenSession(town, nux), 'stopped', { isGone: false });
  await recordStarted(town, { session: ended.id, agent: nux, paneId: '%2', pid: 43, start: '1-aabbccdd', isAdopted: false });
  assert.equal((await getSession(town.store.db, ended.id)).startedAt, undefined);
  for (let n = 0; n < 2; n += 1) await recordGone(town, { session: ended.id, agent: nux });
  assert.equal((await readEvents(town.store.db, { types: ['session_gone'] })).length, 1);
});

inTown('what a session reports moves its state (sessions 1)', async (town) => {
  const session = await givenStarted(town, max);
  const about = { session: session.id, agent: max };
  const tell = (rows: (tx: Parameters<typeof recordTurnRow>[0], at: number) => ReturnType<typeof recordTurnRow>) => {
    town.clock.advance(second);
    return town.store.change(writerOf(session), async (tx, at) => ({ answer: undefined, events: await rows(tx, at) }));
  };
  const state = async () => judgeState(await getSession(town.store.db, session.id));
  assert.equal(await state(), 'priming');
  await tell((tx, at) => recordPrimedRow(tx, at, { ...about, conversation: 'c1', source: 'startup' }));
  await tell((tx, at) => recordPrimedRow(tx, at, { ...about, transcript: '/t.jsonl', source: 'resume' }));
  assert.equal(await state(), 'ready');
  await tell((tx, at) => recordTurnRow(tx, at, about));
  assert.equal(await state(), 'working');
  await tell((tx, at) => recordTurnEndRow(tx, at, about));
  assert.equal(await state(), 'ready');
  await tell((tx, at) => recordTurnRow(tx, at, about));
  const now = await getSession(town.store.db, session.id);
  assert.deepEqual([now.conversation, now.transcript, now.firstTurnAt, now.turnAt], ['c1', '/t.jsonl', town.clock.now() - 2 * second, town.clock.now()]);
  const turns = await readEvents(town.store.db, { types: ['turn_started'] });
  assert.deepEqual(
    turns.map(({ payload }) => payload.isFirst),
    [true, false],
  );
});

inTown('what a session was told of its context is taken back whole when its context drops (sessions 1)', async (town) => {
  const session = await givenStarted(town, max);
  const advise = (kind: 'suggested' | 'told' | 'dropped') =>
    recordAdvice({ ...town, by: writerOf(session) }, { session: session.id, agent: max, kind, evidence: { share: 0.87 } });
  const marks = async () => {
    const { suggestedAt, toldAt, toldShare } = await getSession(town.store.db, session.id);
    return [suggestedAt !== undefined, toldAt !== undefined, toldShare];
  };
  await advise('suggested');
  assert.deepEqual(await marks(), [true, false, undefined]);
  await advise('told');
  assert.deepEqual(await marks(), [true, true, 0.87]);
  await advise('dropped');
  assert.deepEqual(await marks(), [false, false, undefined]);
});

inTown('signals move progress forward, never back, and not after the end; what says nothing writes nothing (sessions 19)', async (town) => {
  const session = await givenStarted(town, max);
  const report = (id: string, at: number) => recordProgress(town, [{ session: id, agent: max, at, signals: 3, isWaiting: false }]);
  const progress = async () => (await getSession(town.store.db, session.id)).progressAt;
  const now = town.clock.now();
  await report(session.id, now);
  await report(session.id, now - minute);
  assert.equal(await progress(), now);
  await report(session.id, now + minute);
  assert.equal(await progress(), now + minute);
  await givenEnd(town, session, 'crashed');
  await report(session.id, now + 2 * minute);
  await report('sess_ffffffff', now);
  await recordProgress(town, []);
  assert.equal(await progress(), now + minute);
  assert.equal((await readEvents(town.store.db, { types: ['session_progress'] })).length, 2);
});

/** A session of `agent` that lived so long and died, with what it had done. */
async function givenDeath(town: WorkTown, agent: string, lived: { ms: number; evidence?: Record<string, unknown>; step?: string }): Promise<void> {
  const session = await givenStarted(town, agent);
  const started = town.clock.now();
  if (lived.step !== undefined) await endStep({ store: town.store, by: writerOf(session) }, { molecule: lived.step, outcome: 'done' });
  town.clock.advance(lived.ms);
  await recordProgress(town, [{ session: session.id, agent, at: started + lived.ms, signals: 1, isWaiting: false }]);
  await givenEnd(town, session, 'crashed', { evidence: lived.evidence ?? {} });
}

inTown('a step, a commit and 60 s of work are progress, each by itself; less is none (sessions 4)', async (town) => {
  const { molecule } = await givenMolecule(town);
  await givenDeath(town, max, { ms: minute - 1 });
  await givenDeath(town, max, { ms: minute });
  await givenDeath(town, max, { ms: 0, evidence: { commitCount: 0 } });
  await givenDeath(town, max, { ms: 0, evidence: { commitCount: 2 } });
  await givenDeath(town, max, { ms: 0, step: molecule.id });
  assert.deepEqual(
    (await readDeaths(town.store.db, max)).map(({ hadProgress }) => hadProgress),
    [false, true, false, true, true],
  );
});

inTown('handoffs, stops and restarts of the host are no deaths (sessions 4)', async (town) => {
  for (const reason of ['handoff', 'stopped', 'done', 'host-restart', 'lost'] as const) await givenEnd(town, await givenSession(town, max), reason);
  assert.equal((await readDeaths(town.store.db, max)).length, 1);
  assert.deepEqual(await readDeaths(town.store.db, nux), []);
});
