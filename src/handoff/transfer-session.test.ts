import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { readSection } from '#context';
import { consumeHandoffRows, deliverTransferRows, findHandoff, findLiveSession, listHandoffsFor, listTransfersFor, type Session } from '#sessions';
import { givenEnd, givenStarted, runApart, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { addCrew } from '#town';
import { readHook } from '#work';
import { handOff } from './hand-off.ts';
import { saveHandoff } from './save-handoff.ts';
import { type AtWork, asked, atWork, dumpTables, own } from './testing.ts';
import { type TransferRequest, transferSession } from './transfer-session.ts';

const [max, ana] = ['app/crew/max', 'app/crew/ana'];

async function withAna(work: AtWork): Promise<Session> {
  await addCrew(work, { rig: 'app', name: 'ana' });
  return givenStarted(work, ana);
}

const give = (work: AtWork, more: Partial<TransferRequest>) => transferSession(own(work), { session: work.session.id, goal: 'mend the cellar', ...more });
const waiting = async (work: AtWork, { agent, id }: Session) => (await listTransfersFor(work.store.db, { agent, session: id })).map((one) => one.id);
const bring = (work: AtWork, to: Session, transfers: readonly string[]) =>
  work.store.change(writerOf(to), async (tx, at) => ({
    answer: undefined,
    events: await deliverTransferRows(tx, at, { session: to.id, agent: to.agent, transfers }),
  }));
const turn = (work: AtWork, { agent, id }: Session) =>
  work.store.change(writerOf({ agent, id } as Session), async (tx, at) => ({
    answer: undefined,
    events: await consumeHandoffRows(tx, at, { session: id, agent }),
  }));

describe('transferSession', () => {
  it('captures what a session knows, says whose it is and what for, and ends nobody (handoff 19)', async (t) => {
    const work = await atWork(t);
    const target = await withAna(work);
    await saveHandoff(own(work), { agent: max, subject: '', notes: 'Tried: glue', reason: 'compaction' });
    const before = await readHook(work.store.db, max);
    const { document, handoff } = await give(work, { into: target.id });
    assert.match(readSection(document, 'Goal'), /^Goal: mend the cellar\nap-.*: Mend the roof/);
    assert.match(readSection(document, 'Current state'), new RegExp(`^Transferred from ${work.session.id} \\(${max}, generation 1\\) at `));
    assert.equal(readSection(document, 'Dead ends'), 'Tried: glue');
    const row = await findHandoff(work.store.db, handoff);
    assert.deepEqual([row?.kind, row?.targetSession, row?.targetAgent, row?.deliveredAt], ['transfer', target.id, undefined, undefined]);
    assert.deepEqual([(await findLiveSession(work.store.db, max))?.id, await readHook(work.store.db, max)], [work.session.id, before]);
    assert.deepEqual(await listHandoffsFor(work.store.db, { agent: ana, session: target.id }), [], 'it is no document of an end');
    assert.deepEqual((await readEvents(work.store.db, { types: ['handoff', 'session_end'] })).length, 0);
  });

  it('into a session waits for that one alone, is brought once and received by its turn (handoff 19)', async (t) => {
    const work = await atWork(t);
    const target = await withAna(work);
    const { handoff } = await give(work, { into: target.id });
    assert.deepEqual([await waiting(work, target), await waiting(work, work.session)], [[handoff], []]);
    await turn(work, target);
    assert.deepEqual(await waiting(work, target), [handoff], 'a turn before it was brought does not receive it');
    await bring(work, target, [handoff]);
    assert.deepEqual(await waiting(work, target), []);
    await turn(work, target);
    assert.ok((await findHandoff(work.store.db, handoff))?.consumedAt !== undefined);
    const next = await givenStarted(work, ana, { predecessor: (await givenEnd(work, target, 'stopped')).id });
    assert.deepEqual(await waiting(work, next), []);
  });

  it('to an agent waits for whoever plays it, also when one died with it (handoff 19)', async (t) => {
    const work = await atWork(t);
    await addCrew(work, { rig: 'app', name: 'ana' });
    const { handoff } = await give(work, { agent: ana });
    const first = await givenStarted(work, ana);
    await bring(work, first, [handoff]);
    assert.deepEqual(await waiting(work, first), []);
    await givenEnd(work, first, 'crashed');
    const second = await givenStarted(work, ana);
    assert.deepEqual(await waiting(work, second), [handoff]);
    await bring(work, second, [handoff]);
    await turn(work, second);
    await givenEnd(work, second, 'crashed');
    assert.deepEqual(await waiting(work, await givenStarted(work, ana)), []);
  });

  it('to nobody only waits; of a session that has ended it gives what that left (handoff 19)', async (t) => {
    const work = await atWork(t);
    const target = await withAna(work);
    const { handoff } = await give(work, {});
    assert.deepEqual([await waiting(work, target), (await findHandoff(work.store.db, handoff))?.consumedAt], [[], undefined]);
    await handOff(own(work), asked);
    const given = await transferSession(work.deps, { session: work.session.id, into: target.id, goal: '' });
    assert.match(given.document, /^## Goal\nTransferred from sess_.*\nIssue: the roof leaks/);
    assert.match(given.document, /Tried: glue/);
  });

  it('is refused into itself, and where nobody would read it (handoff 19)', async (t) => {
    const work = await atWork(t);
    const target = await withAna(work);
    await givenEnd(work, target, 'stopped');
    const before = dumpTables(work.root);
    const refused = async (more: Partial<TransferRequest>, kind: Parameters<typeof isFault>[1], words: RegExp) =>
      assert.rejects(give(work, more), (error) => isFault(error, kind) && words.test(error.message));
    await refused({ into: work.session.id }, 'conflict', /into itself/);
    await refused({ agent: max }, 'conflict', /into itself/);
    await refused({ into: target.id }, 'conflict', /has ended \(stopped\)/);
    await refused({ into: 'sess_ffffffff' }, 'not-found', /no session/);
    await refused({ agent: 'app/crew/nobody' }, 'not-found', /nobody/);
    await refused({ into: target.id, agent: ana }, 'invalid', /not both/);
    assert.equal(dumpTables(work.root), before);
  });

  for (const point of ['transfer.commit.before', 'transfer.commit.inside', 'transfer.commit.after']) {
    it(`killed at ${point} it is there or not, and the source works on (handoff 19)`, async (t) => {
      const work = await atWork(t);
      const request = { session: work.session.id, goal: 'g' };
      const before = dumpTables(work.root);
      const call = '(room, parts, request) => room.transferSession(parts, request)';
      const killed = await runApart('#handoff', call, request, { root: work.root, by: writerOf(work.session), fault: `${point}=kill` });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      assert.equal(dumpTables(work.root) === before, point !== 'transfer.commit.after');
      assert.equal((await handOff(own(work), asked)).kind, 'handed-off');
    });
  }
});
