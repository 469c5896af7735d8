import assert from 'node:assert/strict';
import { second } from '#base';
import { listWaitingNudges } from '#mail';
import { readEvents } from '#store';
import { inTown, is, max, nux, type WorkTown } from '#work/testing';
import { findCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { consumeHandoffRows, deliverHandoffRows, findEndOf, findNewestEnd, listHandoffsFor, writeHandoffRow } from './handoffs.ts';
import { addLateNote, readLateNotes } from './late-notes.ts';
import type { Session } from './model.ts';
import { findPredecessor } from './read-sessions.ts';
import { recordGone, recordStarted } from './record.ts';
import { givenEnd, givenSession, givenStarted, writerOf } from './testing.ts';

/** Ends a session with a document of its own. */
async function givenDocument(town: WorkTown, session: Session, subject: string): Promise<string> {
  const id = await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    const handoff = { kind: 'end', isPlanned: true, reason: 'asked', sourceSession: session.id, targetAgent: session.agent } as const;
    const written = await writeHandoffRow(town, tx, at, {
      ...handoff,
      subject,
      document: `## Goal\n${subject}\n`,
      writtenBy: 'agent',
      preservedRef: undefined,
    });
    return { answer: written, events: [{ type: 'handoff', agent: session.agent }] };
  });
  town.clock.advance(second);
  return id;
}

const deliver = (town: WorkTown, to: Session, handoffs: readonly string[]) =>
  town.store.change(writerOf(to), async (tx, at) => ({
    answer: undefined,
    events: await deliverHandoffRows(tx, at, { session: to.id, agent: to.agent, handoffs }),
  }));
const consume = (town: WorkTown, by: Session) =>
  town.store.change(writerOf(by), async (tx, at) => ({ answer: undefined, events: await consumeHandoffRows(tx, at, { session: by.id, agent: by.agent }) }));
const subjects = async (town: WorkTown, { agent, id }: Session) => (await listHandoffsFor(town.store.db, { agent, session: id })).map(({ subject }) => subject);

inTown("a document waits through a death before the first turn, and is its receiver's from that turn on (sessions 18)", async (town) => {
  const first = await givenEnd(town, await givenSession(town, max), 'handoff');
  const one = await givenDocument(town, first, 'one');
  const next = await givenSession(town, max, { predecessor: first.id });
  await deliver(town, next, [one]);
  assert.deepEqual(await subjects(town, next), ['one']);
  const two = await givenDocument(town, await givenEnd(town, next, 'crashed'), 'two');
  assert.equal((await findPredecessor(town.store.db, max))?.id, next.id);
  const third = await givenSession(town, max, { predecessor: next.id });
  assert.deepEqual(await subjects(town, third), ['two', 'one']);
  await deliver(town, third, [two, one]);
  const delivered = await findEndOf(town.store.db, first.id);
  assert.deepEqual([delivered?.targetSession, delivered?.consumedAt], [third.id, undefined]);
  await consume(town, third);
  await consume(town, third);
  assert.deepEqual(await subjects(town, third), ['two', 'one'], 'its receiver sees it in every prime');
  assert.equal((await readEvents(town.store.db, { types: ['handoff_received'] })).length, 1);
  await givenEnd(town, third, 'stopped');
  const fourth = await givenSession(town, max);
  assert.deepEqual(await subjects(town, fourth), []);
  assert.equal(await findPredecessor(town.store.db, max), undefined);
  assert.deepEqual([(await findNewestEnd(town.store.db, max))?.subject, await findNewestEnd(town.store.db, nux)], ['two', undefined]);
});

inTown('the schema holds one document of an end per session (sessions 5)', async (town) => {
  const session = await givenEnd(town, await givenSession(town, max), 'handoff');
  await givenDocument(town, session, 'one');
  await assert.rejects(givenDocument(town, session, 'two'), /UNIQUE/);
});

inTown('late notes are kept once and in order, and brought to a successor whose program may run (sessions 18)', async (town) => {
  const session = await givenEnd(town, await givenSession(town, max), 'handoff', { isGone: false });
  const handoff = await givenDocument(town, session, 'one');
  const add = (body: string) => addLateNote(town, { handoff, session: session.id, agent: max, body });
  assert.deepEqual([await add('b'), await add('a'), await add('b')], ['added', 'added', 'already']);
  await recordGone(town, { session: session.id, agent: max });
  const next = await givenSession(town, max);
  assert.deepEqual([await add('c'), await add('a')], ['brought', 'already'], 'its program may have read its prime before it is known to run');
  await recordStarted(town, { session: next.id, agent: max, paneId: '%1', pid: process.pid, start: '1', isAdopted: false });
  assert.deepEqual([await add('d'), await add('d'), await add('x'.repeat(5000))], ['brought', 'already', 'brought']);
  await deliver(town, next, [handoff]);
  await consume(town, next);
  await givenEnd(town, next, 'stopped');
  assert.equal(await add('e'), 'brought', 'nobody lives; the next one is told');
  assert.deepEqual(
    (await readLateNotes(town.store.db, [handoff])).map(({ body }) => body),
    ['b', 'a', 'c', 'd', 'x'.repeat(5000), 'e'],
  );
  const nudges = await listWaitingNudges(town.store.db, { agent: max, now: town.clock.now() });
  assert.deepEqual(nudges.map(({ reason, body }) => [reason, body.split('\n').at(-1)?.slice(0, 2), body.length < 2300]).sort(), [
    ['late-note', 'c', true],
    ['late-note', 'd', true],
    ['late-note', 'e', true],
    ['late-note', 'xx', true],
  ]);
  assert.deepEqual(await readLateNotes(town.store.db, []), []);
});

inTown('the newest checkpoint is found, of an agent or of one session (sessions 18)', async (town) => {
  const first = await givenStarted(town, max);
  const save = (session: Session, step: string) =>
    writeCheckpoint({ ...town, by: writerOf(session) }, { agent: max, session: session.id, step, modifiedFiles: ['a b.ts'], notes: 'n' });
  await save(first, 'one');
  await save(first, 'two');
  await givenEnd(town, first, 'crashed');
  const next = await givenStarted(town, max);
  await save(next, 'three');
  const { db } = town.store;
  assert.deepEqual(
    [(await findCheckpoint(db, max))?.step, (await findCheckpoint(db, max, first.id))?.step, await findCheckpoint(db, nux)],
    ['three', 'two', undefined],
  );
  const newest = await findCheckpoint(db, max);
  assert.deepEqual([newest?.modifiedFiles, newest?.notes, newest?.bead, newest?.writtenAt], [['a b.ts'], 'n', undefined, town.clock.now()]);
});

inTown('a session whose life is over writes nothing more (sessions 5)', async (town) => {
  const session = await givenEnd(town, await givenStarted(town, max), 'handoff', { isGone: false });
  await assert.rejects(consume(town, session), is('conflict', /your session has ended \(handoff\); stop/));
});
