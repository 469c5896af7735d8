import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { readSettings } from '#config';
import { listWaitingNudges } from '#mail';
import { findLiveSession, readLateNotes, readLineage, recordStarted } from '#sessions';
import { givenEnd, givenStarted, runApart, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { setStartOrderRow } from '#town';
import { isFaultWith } from '#town/testing';
import { noteBead, readHook, showBead } from '#work';
import { type HandoffRequest, handOff } from './hand-off.ts';
import { type AtWork, asked, atWork, dumpTables, endOf, own, wish } from './testing.ts';

const max = 'app/crew/max';

async function countWritten({ store, bead }: AtWork): Promise<Record<string, number>> {
  const { db } = store;
  const types = (await readEvents(db)).map(({ type }) => type);
  const count = (type: string) => types.filter((one) => one === type).length;
  const lineage = await readLineage(db, max);
  return {
    documents: (await db.selectFrom('handoffs').select('id').execute()).length,
    notes: (await showBead(db, bead.id)).notes.filter(({ body }) => body.startsWith('Generation 1 ended')).length,
    ended: lineage.filter(({ endedAt }) => endedAt !== undefined).length,
    opened: lineage.length - 1,
    handoffEvents: count('handoff'),
    endEvents: count('session_end'),
    late: (await db.selectFrom('late_notes').select('id').execute()).length,
  };
}
const once = { documents: 1, notes: 1, ended: 1, opened: 1, handoffEvents: 1, endEvents: 1, late: 0 };

describe('handOff', () => {
  it('ends the life and opens the next one with a document, a note and an event, each once (handoff 1)', async (t) => {
    const work = await atWork(t);
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off');
    assert.deepEqual(await countWritten(work), once);
    const [first, second] = await readLineage(work.store.db, max);
    assert.deepEqual([first?.endReason, first?.endEvidence], ['handoff', { why: 'context 87 %', by: max, commitCount: 0 }]);
    assert.deepEqual([second?.generation, second?.predecessor, second?.startedAt], [2, work.session.id, undefined]);
    assert.deepEqual(answer, {
      kind: 'handed-off',
      handoff: (await endOf(work))?.id,
      from: { session: work.session.id, generation: 1 },
      to: { session: second?.id, generation: 2 },
      document: (await endOf(work))?.document,
      preservedRef: `refs/baton/preserved/${work.session.id}`,
      isResumed: false,
      warnings: ['2 files not committed: README.md, new file.txt'],
    });
    const { targetAgent, targetSession, subject, isPlanned, writtenBy, reason } = (await endOf(work)) ?? assert.fail('no document');
    assert.deepEqual(
      { targetAgent, targetSession, subject, isPlanned, writtenBy, reason },
      { targetAgent: max, targetSession: undefined, subject: 'third beam', isPlanned: true, writtenBy: 'agent', reason: 'context 87 %' },
    );
    assert.match((await showBead(work.store.db, work.bead.id)).notes.at(-1)?.body ?? '', /^Generation 1 ended \(context 87 %\): third beam$/);
  });

  it('hands over to nobody where a budget is spent, and all is kept for whoever comes (handoff 17)', async (t) => {
    const work = await atWork(t);
    const settings = readSettings({ town: '', rigs: { app: 'budget.bead_sessions = 1\n' } });
    const answer = await handOff({ ...own(work), settings }, asked);
    assert.ok(answer.kind === 'handed-off' && answer.to === undefined);
    assert.equal(await findLiveSession(work.store.db, max), undefined);
    assert.equal((await readHook(work.store.db, max)).bead?.id, work.bead.id);
    assert.equal((await endOf(work))?.targetAgent, max);
  });

  for (const point of ['handoff.snapshot.before', 'git.snapshot.after', 'handoff.snapshot.after', 'handoff.commit.before', 'handoff.commit.inside']) {
    it(`killed at ${point}, no row has changed and asking again hands off once (handoff 1, 4)`, async (t) => {
      const work = await atWork(t);
      const before = dumpTables(work.root);
      const killed = await runApart('#handoff', '(room, parts, request) => room.handOff(parts, request)', asked, {
        root: work.root,
        by: writerOf(work.session),
        fault: `${point}=kill`,
      });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      assert.equal(dumpTables(work.root), before);
      await noteBead({ ...work, by: writerOf(work.session) }, { bead: work.bead.id, body: 'I work on' });
      assert.equal((await handOff(own(work), asked)).kind, 'handed-off');
      assert.deepEqual(await countWritten(work), once);
    });
  }

  it('killed right after the commit, everything is there once, and asking again doubles nothing (handoff 1, 6)', async (t) => {
    const work = await atWork(t);
    const call = '(room, parts, request) => room.handOff(parts, request)';
    const killed = await runApart('#handoff', call, asked, { root: work.root, by: writerOf(work.session), fault: 'handoff.commit.after=kill' });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    assert.deepEqual(await countWritten(work), once);
    const again = await handOff(own(work), asked);
    assert.deepEqual(again, { kind: 'already', handoff: (await endOf(work))?.id, session: work.session.id, words: 'nothing-new' });
    assert.deepEqual(await countWritten(work), once);
  });

  it('leaves hook, bead and steps as they are (handoff 5)', async (t) => {
    const work = await atWork(t);
    const before = await readHook(work.store.db, max);
    await handOff(own(work), asked);
    assert.deepEqual(await readHook(work.store.db, max), before);
  });

  it('keeps what is said afterwards for the successor, once, and brings it to one that has started (handoff 6)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const again = (more: Partial<HandoffRequest>) => handOff(own(work), { ...asked, ...more });
    assert.equal((await again({ subject: '', notes: 'Tried: nails\nProgress: two of three beams are in' })).kind, 'notes-added');
    assert.equal((await again({ subject: '', notes: 'Tried: nails' })).kind, 'already');
    assert.equal((await again({ subject: 'rain is coming', notes: '' })).kind, 'notes-added');
    assert.equal((await again({ subject: '', notes: '' })).kind, 'already');
    const late = async () => (await readLateNotes(work.store.db, [(await endOf(work))?.id ?? ''])).map(({ body }) => body);
    assert.deepEqual(await late(), ['Tried: nails\nProgress: two of three beams are in', 'rain is coming']);
    await givenEnd(work, work.session, 'handoff');
    const next = await findLiveSession(work.store.db, max);
    await recordStarted(work, { session: next?.id ?? '', agent: max, paneId: '%1', pid: process.pid, start: '1', isAdopted: false });
    const brought = await again({ notes: 'Tried: tape' });
    assert.ok(brought.kind === 'already' && brought.words === 'brought');
    const unsaid = await again({ notes: 'Tried: tape' });
    assert.ok(unsaid.kind === 'already' && unsaid.words === 'nothing-new');
    assert.deepEqual([(await late()).at(-1), (await countWritten(work)).documents], ['Tried: tape', 1]);
    const nudges = await listWaitingNudges(work.store.db, { agent: max, now: work.store.clock.now() });
    assert.deepEqual(
      nudges.map(({ reason, evidence }) => [reason, evidence]),
      [['late-note', { handoff: (await endOf(work))?.id, session: work.session.id }]],
    );
    assert.match(nudges[0]?.body ?? '', /^Late note of sess_.*\nTried: tape$/);
  });

  it("has one winner of two at once, whose words are the document; the other's are a late note (handoff 7)", async (t) => {
    const work = await atWork(t);
    const mine = (n: number): HandoffRequest => ({ ...asked, subject: `subject ${n}`, notes: `Next: number ${n}` });
    const answers = await Promise.all([handOff(own(work), mine(1)), handOff({ ...work.deps, by: { actor: 'mayor' } }, mine(2)), handOff(work.deps, mine(3))]);
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['handed-off', 'notes-added', 'notes-added']);
    const winner = answers.findIndex(({ kind }) => kind === 'handed-off') + 1;
    assert.deepEqual({ ...(await countWritten(work)), late: 0 }, once);
    const end = await endOf(work);
    assert.match(end?.document ?? '', new RegExp(`Next: number ${winner}`));
    const late = (await readLateNotes(work.store.db, [end?.id ?? ''])).map(({ body }) => body).sort();
    assert.deepEqual(
      late,
      [1, 2, 3].filter((n) => n !== winner).map((n) => `subject ${n}\nNext: number ${n}`),
    );
  });

  it('asked for because of what was seen of one session ends no other (handoff 7)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    await givenEnd(work, work.session, 'handoff');
    const next = (await findLiveSession(work.store.db, max)) ?? assert.fail('nobody lives');
    await work.store.change(work.by, async (tx, at) => {
      await tx.updateTable('sessions').set({ started_at: at }).where('id', '=', next.id).execute();
      return { answer: undefined, events: [{ type: 'tried' }] };
    });
    const seen = { ...asked, session: work.session.id, subject: '', notes: '', isMeasured: true };
    assert.equal((await handOff({ ...work.deps, by: { actor: 'daemon' } }, seen)).kind, 'already');
    assert.equal((await findLiveSession(work.store.db, max))?.id, next.id);
  });

  it('asked for from outside while the successor has not started adds to the same handoff (handoff 7)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const answer = await handOff(work.deps, { ...asked, subject: '', notes: 'and hurry' });
    assert.deepEqual([answer.kind, (await readLineage(work.store.db, max)).length], ['notes-added', 2]);
  });

  it('fences the predecessor: whatever else it writes is refused (handoff 8)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const before = dumpTables(work.root);
    const isReplaced = (error: unknown) => isFault(error, 'conflict') && /you were replaced by generation 2; stop/.test(error.message);
    await assert.rejects(noteBead({ ...work, by: writerOf(work.session) }, { bead: work.bead.id, body: 'still here' }), isReplaced);
    await assert.rejects(givenByPredecessor(work), isReplaced);
    assert.equal(dumpTables(work.root), before);
  });

  it('tells a caller that was replaced itself so, and leaves the other as it is (handoff 8)', async (t) => {
    const work = await atWork(t);
    const caller = await givenStarted(work, 'mayor');
    await givenEnd(work, caller, 'handoff');
    await givenStarted(work, 'mayor', { predecessor: caller.id });
    await assert.rejects(handOff({ ...work.deps, by: writerOf(caller) }, asked), isFaultWith('conflict', 'you were replaced by generation 2; stop'));
    assert.equal((await findLiveSession(work.store.db, max))?.id, work.session.id);
  });

  it('carries subject, notes and sender where another agent or a person asks (handoff 2, 9)', async (t) => {
    for (const actor of ['mayor', 'overseer']) {
      const work = await atWork(t);
      const answer = await handOff({ ...work.deps, by: { actor } }, { ...asked, reason: `asked by ${actor}` });
      assert.equal(answer.kind, 'handed-off');
      const [end, next] = [await endOf(work), await findLiveSession(work.store.db, max)];
      assert.deepEqual([end?.subject, end?.reason, next?.launch.topic, next?.launch.sender], ['third beam', `asked by ${actor}`, 'handoff', actor]);
      assert.match(end?.document ?? '', /Next: put in the third beam/);
    }
  });

  it('gives the successor what its predecessor was started with, and a fresh conversation (handoff 10)', async (t) => {
    const launch = { topic: 'assigned', sender: 'mayor', model: 'm1', env: { API: '1' }, resume: 'conv-1' };
    const work = await atWork(t, { runtime: 'pi', launch });
    await handOff(own(work), asked);
    const next = await findLiveSession(work.store.db, max);
    assert.deepEqual([next?.runtime, next?.launch], ['pi', { topic: 'handoff', sender: 'self', runtime: 'pi', model: 'm1', env: { API: '1' } }]);
  });

  it('gives the successor what an order since then names (handoff 10)', async (t) => {
    const work = await atWork(t);
    const order = { runtime: 'pi', orderedAt: work.session.createdAt + 1 };
    await work.store.change(work.by, async (tx, at) => ({ answer: undefined, events: await setStartOrderRow(tx, at, { agent: max, order }) }));
    await handOff(own(work), asked);
    assert.equal((await findLiveSession(work.store.db, max))?.runtime, 'pi');
  });

  it('opens no successor where none is wanted (handoff 10)', async (t) => {
    const work = await atWork(t);
    await wish(work, max, 'stopped');
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off' && answer.to === undefined);
    assert.deepEqual(await countWritten(work), { ...once, opened: 0 });
  });

  it('is refused where there is no session, and to one whose work was handed in (handoff 1)', async (t) => {
    const work = await atWork(t);
    await givenEnd(work, work.session, 'done');
    const before = dumpTables(work.root);
    await assert.rejects(handOff(work.deps, asked), isFaultWith('not-found', '"app/crew/max" has no session', 'baton attach'));
    await assert.rejects(handOff(own(work), asked), isFaultWith('conflict', 'your session has ended (done); stop'));
    await assert.rejects(handOff(work.deps, { ...asked, agent: 'app/crew/nobody' }), (error) => isFault(error, 'not-found'));
    assert.equal(dumpTables(work.root), before);
  });
});

/** Any other write of the session that was replaced. */
async function givenByPredecessor(work: AtWork): Promise<void> {
  await work.store.change(writerOf(work.session), async () => ({ answer: undefined, events: [{ type: 'tried' }] }));
}
