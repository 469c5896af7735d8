import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getSession } from '#sessions';
import { givenSession } from '#sessions/testing';
import { handOff } from './hand-off.ts';
import { previewHandoff } from './preview-handoff.ts';
import { asked, atWork, dumpGit, dumpTables, own } from './testing.ts';

const max = 'app/crew/max';

describe('previewHandoff', () => {
  it('tells the document that would be written, and changes no row, ref or file (handoff 3)', async (t) => {
    const work = await atWork(t);
    const before = [dumpTables(work.root), dumpGit(work.worktree)];
    const preview = await previewHandoff(own(work), asked);
    assert.deepEqual([dumpTables(work.root), dumpGit(work.worktree)], before);
    assert.deepEqual([preview.agent, preview.session, preview.subject], [max, work.session.id, 'third beam']);
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off');
    assert.match(preview.document, /^Would end after /m, 'it lives');
    assert.equal(preview.document.replace('Would end after', 'Ended after'), answer.document.replace(/\nPreserved as .*/, ''));
  });

  it('of one that has ended still changes nothing (handoff 3)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const before = [dumpTables(work.root), dumpGit(work.worktree)];
    await previewHandoff(own(work), { ...asked, notes: 'more' });
    assert.deepEqual([dumpTables(work.root), dumpGit(work.worktree)], before);
    assert.ok((await getSession(work.store.db, work.session.id)).endedAt !== undefined);
    await assert.rejects(givenSession(work, max), 'the successor is there');
  });
});
