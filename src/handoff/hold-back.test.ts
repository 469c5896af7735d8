import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitFiles } from '#git/testing';
import { listEscalations } from '#mail';
import { findLiveSession, findNewestSave, readLineage, recordTurnRow, type Session } from '#sessions';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { endStep } from '#work';
import { type HandoffDeps, type HandoffRequest, handOff } from './hand-off.ts';
import { type AtWork, asked, atWork, pass } from './testing.ts';

const max = 'app/crew/max';
const apart = 200_000;

/** The successor that a handoff opened, as if its predecessor were gone and its own program ran. */
async function next(work: AtWork): Promise<Session> {
  const live = await findLiveSession(work.store.db, max);
  assert.ok(live !== undefined);
  await givenEnd(work, live, 'stopped');
  pass(work, 1000);
  return givenStarted(work, max, { predecessor: live.id });
}

const asItself = (work: AtWork, session: Session): HandoffDeps => ({ ...work.deps, by: writerOf(session) });

describe('a handoff that is held back', () => {
  it('within the cool-down keeps its words as a save and says from when it goes (handoff 16)', async (t) => {
    const work = await atWork(t);
    const at = work.store.clock.now();
    await handOff(asItself(work, work.session), asked);
    const session = await next(work);
    const held = await handOff(asItself(work, session), { ...asked, notes: 'Tried: tar' });
    assert.ok(held.kind === 'cooling-down');
    assert.equal(held.untilAt, at + 120_000);
    const save = await findNewestSave(work.store.db, session.id);
    assert.deepEqual([save?.id, save?.notes], [held.handoff, 'Tried: tar']);
    assert.equal((await findLiveSession(work.store.db, max))?.id, session.id);
    const silent = await handOff({ ...work.deps, by: { actor: 'daemon' } }, { ...asked, subject: '', notes: '' });
    assert.ok(silent.kind === 'cooling-down' && silent.handoff === undefined, 'without words there is nothing to save');
    pass(work, 120_000);
    const answer = await handOff(asItself(work, session), { ...asked, notes: '' });
    assert.ok(answer.kind === 'handed-off' && answer.document.includes('Tried: tar'));
  });

  it('goes through at once where measured context or somebody else asks for it (handoff 16)', async (t) => {
    for (const [actor, more] of [
      ['overseer', {}],
      ['mayor', {}],
      ['daemon', { isMeasured: true }],
      ['daemon', { isOrdered: true }],
    ] as const) {
      const work = await atWork(t);
      await handOff(asItself(work, work.session), asked);
      await next(work);
      assert.equal((await handOff({ ...work.deps, by: { actor } }, { ...asked, ...more })).kind, 'handed-off');
    }
  });

  it('for the third time in a row for nothing is told to a person once, and goes again after a commit, a step or a reset (handoff 16)', async (t) => {
    const work = await atWork(t);
    const hand = (session: Session, more: Partial<HandoffRequest> = {}) => handOff(asItself(work, session), { ...asked, ...more });
    let session = work.session;
    for (let n = 1; n <= 2; n += 1) {
      assert.equal((await hand(session)).kind, 'handed-off');
      await givenEnd(work, session, 'handoff');
      pass(work, apart);
      session = (await findLiveSession(work.store.db, max)) ?? assert.fail('nobody lives');
    }
    const generations = (await readLineage(work.store.db, max)).length;
    for (const notes of ['Tried: rope', 'Tried: string']) {
      const held = await hand(session, { notes, isMeasured: true });
      assert.ok(held.kind === 'looping', JSON.stringify(held));
      assert.equal((await findNewestSave(work.store.db, session.id))?.id, held.handoff);
    }
    const open = await listEscalations(work.store.db, {});
    assert.deepEqual(
      open.map(({ incident, agent }) => [incident, agent]),
      [[`loop:${max}`, max]],
    );
    assert.equal((await readLineage(work.store.db, max)).length, generations);
    await endStep({ ...work, by: writerOf(session) }, { molecule: work.molecule.id, outcome: 'done' });
    assert.equal((await hand(session)).kind, 'handed-off');
  });

  it('is not held back by hours of work in turns that a handoff ended (handoff 16)', async (t) => {
    const work = await atWork(t);
    let session = work.session;
    for (let n = 1; n <= 3; n += 1) {
      await work.store.change(writerOf(session), async (tx, at) => ({ answer: 0, events: await recordTurnRow(tx, at, { session: session.id, agent: max }) }));
      pass(work, 40 * 60_000);
      assert.equal((await handOff({ ...work.deps, by: { actor: 'daemon' } }, { ...asked, isMeasured: true })).kind, 'handed-off', `the ${n}. time`);
      await givenEnd(work, session, 'handoff');
      session = (await findLiveSession(work.store.db, max)) ?? assert.fail('nobody lives');
      await work.store.change(work.by, async (tx, at) => {
        await tx.updateTable('sessions').set({ started_at: at }).where('id', '=', session.id).execute();
        return { answer: undefined, events: [{ type: 'tried' }] };
      });
    }
  });

  it('is not held back by a session that committed (handoff 16)', async (t) => {
    const work = await atWork(t);
    let session = work.session;
    for (let n = 1; n <= 2; n += 1) {
      await handOff(asItself(work, session), asked);
      await givenEnd(work, session, 'handoff');
      pass(work, apart);
      session = (await findLiveSession(work.store.db, max)) ?? assert.fail('nobody lives');
    }
    await work.store.change(work.by, async (tx, at) => {
      await tx.updateTable('sessions').set({ started_at: at }).where('id', '=', session.id).execute();
      return { answer: undefined, events: [{ type: 'tried' }] };
    });
    commitFiles(work.worktree, 'by hand', { 'a.txt': 'a\n' });
    assert.equal((await handOff(asItself(work, session), asked)).kind, 'looping', "somebody else's commit is none of its own");
    await work.store.change(work.by, async (tx, at) => {
      await tx.updateTable('agents').set({ reset_at: at }).where('address', '=', max).execute();
      return { answer: undefined, events: [{ type: 'tried' }] };
    });
    assert.equal((await handOff(asItself(work, session), asked)).kind, 'handed-off', 'forgiven');
  });
});

describe('a handoff that goes on with the conversation', () => {
  const cycle: HandoffRequest = { ...asked, reason: 'compaction', isContinued: true };

  it('saves everything where it is held back: the compaction comes all the same (handoff 14, 16)', async (t) => {
    const work = await atWork(t);
    await handOff(asItself(work, work.session), asked);
    const session = await next(work);
    await work.store.change(writerOf(session), async (tx) => {
      await tx.updateTable('sessions').set({ conversation: 'conv-9' }).where('id', '=', session.id).execute();
      return { answer: undefined, events: [{ type: 'tried' }] };
    });
    const held = await handOff(asItself(work, session), { ...cycle, subject: '', notes: '' });
    assert.ok(held.kind === 'cooling-down');
    assert.equal((await findNewestSave(work.store.db, session.id))?.id, held.handoff);
  });

  it('resumes it, and only it does; the reason is its evidence (handoff 14)', async (t) => {
    const work = await atWork(t);
    await work.store.change(writerOf(work.session), async (tx) => {
      await tx.updateTable('sessions').set({ conversation: 'conv-9' }).where('id', '=', work.session.id).execute();
      return { answer: undefined, events: [{ type: 'tried' }] };
    });
    const answer = await handOff(asItself(work, work.session), cycle);
    assert.ok(answer.kind === 'handed-off' && answer.isResumed);
    const [first, second] = await readLineage(work.store.db, max);
    assert.deepEqual([second?.launch.resume, second?.launch.topic], ['conv-9', 'handoff']);
    assert.deepEqual([first?.endEvidence.why, second?.openedWhy.reason], ['compaction', 'compaction']);
    await givenEnd(work, work.session, 'handoff');
    pass(work, apart);
    await handOff({ ...work.deps, by: writerOf(second ?? work.session) }, asked);
    assert.equal((await findLiveSession(work.store.db, max))?.launch.resume, undefined, 'the next one is fresh');
  });

  it('only saves where there is none to go on with, and says so (handoff 14)', async (t) => {
    const work = await atWork(t);
    const answer = await handOff(asItself(work, work.session), cycle);
    assert.ok(answer.kind === 'saved');
    assert.equal((await findNewestSave(work.store.db, work.session.id))?.id, answer.handoff);
    assert.equal((await findLiveSession(work.store.db, max))?.id, work.session.id);
  });
});
