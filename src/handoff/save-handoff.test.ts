import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { readSection } from '#context';
import { findLiveSession, findNewestSave, readLineage } from '#sessions';
import { givenEnd, runApart, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { handOff } from './hand-off.ts';
import { saveHandoff } from './save-handoff.ts';
import { type AtWork, asked, atWork, dumpTables, endOf, own, pass } from './testing.ts';

const max = 'app/crew/max';
const save = (work: AtWork, notes: string, subject = '') => saveHandoff(own(work), { agent: max, subject, notes, reason: 'compaction' });

describe('saveHandoff', () => {
  it('keeps a document and ends nobody, as often as it is asked (handoff 13)', async (t) => {
    const work = await atWork(t);
    const first = await save(work, 'Progress: one beam is in\nNext: the second beam', 'beams');
    pass(work, 1000);
    const second = await save(work, 'Tried: nails');
    assert.notEqual(first.handoff, second.handoff);
    const live = await findLiveSession(work.store.db, max);
    assert.deepEqual([live?.id, (await readLineage(work.store.db, max)).length], [work.session.id, 1]);
    const found = await findNewestSave(work.store.db, work.session.id);
    assert.deepEqual(
      [found?.id, found?.kind, found?.reason, found?.writtenBy, found?.targetAgent, found?.evidence],
      [second.handoff, 'save', 'compaction', 'agent', undefined, { by: max }],
    );
    assert.equal(found?.preservedRef, `refs/baton/preserved/${work.session.id}`);
    assert.match(readSection(second.document, 'Current state'), /^Progress: one beam is in\nSaved after .*: compaction\./);
    assert.equal(readSection(second.document, 'Dead ends'), 'Tried: nails');
    assert.equal(readSection(second.document, 'Next action'), 'Next: the second beam');
    assert.deepEqual(
      (await readEvents(work.store.db, { types: ['handoff_saved', 'handoff', 'session_end'] })).map(({ type, payload }) => [type, payload.handoff]),
      [
        ['handoff_saved', first.handoff],
        ['handoff_saved', second.handoff],
      ],
    );
  });

  it('is what the end of its session starts from: its notes are in that document, each once, the newest next action last (handoff 13)', async (t) => {
    const work = await atWork(t);
    await save(work, `${asked.notes}\nTried: nails`);
    await handOff(own(work), { ...asked, notes: 'Tried: nails\nTried: tape\nNext: call the roofer' });
    const end = await endOf(work);
    const document = end?.document ?? '';
    for (const line of ['Tried: glue; it does not hold in the rain', 'Tried: nails', 'Tried: tape', 'Note: beams are oak', 'Next: call the roofer'])
      assert.equal(document.split(line).length, 2, line);
    assert.equal(document.includes('Next: put in the third beam'), false);
    assert.equal(end?.writtenBy, 'agent');
  });

  it('is carried into the document that nobody wrote, too (handoff 11, 13)', async (t) => {
    const work = await atWork(t);
    await save(work, asked.notes);
    await handOff({ ...work.deps, by: { actor: 'daemon' } }, { agent: max, subject: '', notes: '', reason: 'context 97 %' });
    const end = await endOf(work);
    assert.deepEqual([end?.writtenBy, readSection(end?.document ?? '', 'Next action')], ['code', 'Next: put in the third beam']);
  });

  it('is refused for a session that has ended (handoff 13)', async (t) => {
    const work = await atWork(t);
    await givenEnd(work, work.session, 'stopped');
    await assert.rejects(save(work, 'x'), (error) => isFault(error, 'conflict') && /has ended \(stopped\)/.test(error.message));
    await assert.rejects(saveHandoff(work.deps, { ...asked }), (error) => isFault(error, 'not-found'));
  });

  for (const point of ['handoff.save.before', 'handoff.save.inside', 'handoff.save.after']) {
    it(`killed at ${point} has saved all or nothing, and asked again saves it (handoff 13)`, async (t) => {
      const work = await atWork(t);
      const before = dumpTables(work.root);
      const request = { agent: max, subject: 's', notes: 'Next: n', reason: 'compaction' };
      const call = '(room, parts, request) => room.saveHandoff(parts, request)';
      const killed = await runApart('#handoff', call, request, { root: work.root, by: writerOf(work.session), fault: `${point}=kill` });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      assert.equal(dumpTables(work.root) === before, point !== 'handoff.save.after');
      assert.equal(readSection((await save(work, 'Next: n')).document, 'Next action'), 'Next: n');
      assert.equal((await readLineage(work.store.db, max)).length, 1);
    });
  }
});
