import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { documentSections } from '#context';
import { plainGit } from '#git/testing';
import { findEndOf, findLiveSession } from '#sessions';
import { givenStarted, writerOf } from '#sessions/testing';
import { handOff } from './hand-off.ts';
import { type AtWork, asked, atWork, endOf, own } from './testing.ts';

const max = 'app/crew/max';

function readSections(document: string): Record<string, string> {
  const parts = document.split(/^## /m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]));
}

describe('the document of a handoff', () => {
  it('puts the notes word for word into their sections, beside what the machine knows (handoff 2)', async (t) => {
    const work = await atWork(t);
    plainGit(work.worktree, 'add', 'README.md');
    plainGit(work.worktree, 'commit', '-qm', 'a commit of somebody else');
    await handOff(own(work), asked);
    const document = (await endOf(work))?.document ?? '';
    const sections = readSections(document);
    assert.deepEqual(Object.keys(sections), documentSections);
    assert.match(sections.Goal ?? '', new RegExp(`^Issue: the roof leaks\n${work.bead.id}: Mend the roof`));
    assert.match(
      sections['Current state'] ?? '',
      /^Progress: two of three beams are in\nEnded after .*: context 87 %\.\n0 of 4 steps closed\.\nMolecule: work/,
    );
    assert.equal(sections['Key decisions'], 'Note: beams are oak');
    assert.equal(sections['Dead ends'], 'Tried: glue; it does not hold in the rain');
    assert.equal(sections['Next action'], 'Next: put in the third beam');
    assert.match(
      sections['Working set'] ?? '',
      /^Branch crew\/max at [0-9a-f]{10}\.\nNot committed: new file\.txt\.\nPreserved as refs\/baton\/preserved\/sess_/,
    );
    for (const line of asked.notes.split('\n')) assert.equal(document.split(line).length, 2, line);
  });

  it('writes all of it itself where there are no notes, with the step to go on with as next action (handoff 2)', async (t) => {
    const work = await atWork(t);
    await handOff({ ...work.deps, by: { actor: 'daemon' } }, { agent: max, subject: '', notes: '', reason: 'context 97 %' });
    const end = await endOf(work);
    assert.deepEqual([end?.writtenBy, end?.subject], ['code', `${work.bead.id}: Mend the roof`]);
    const sections = readSections(end?.document ?? '');
    assert.match(sections['Next action'] ?? '', /^Continue with step-1: load-context \(.+\)\.$/);
    assert.deepEqual([sections['Key decisions'], sections['Dead ends']], ['(none)', '(none)']);
    assert.equal((await findLiveSession(work.store.db, max))?.launch.sender, 'self');
  });

  it('keeps a subject on one line, and a document in six sections, whatever is written into them (handoff 2)', async (t) => {
    const work = await atWork(t);
    const subject = 'one\n## Goal\ntwo';
    await handOff(own(work), { ...asked, subject, notes: '## Goal\nroof\n## Goal\nagain\n# Title\n## Late note\nx', reason: 'a\n## Goal' });
    const end = await endOf(work);
    assert.equal(end?.subject, 'one ## Goal two');
    assert.deepEqual(
      end?.document.match(/^##? .*$/gm),
      documentSections.map((section) => `## ${section}`),
    );
  });

  it('preserves what is not committed before the commit, and leaves branch, index and files alone (handoff 4)', async (t) => {
    const work = await atWork(t);
    const status = () => plainGit(work.worktree, 'status', '--porcelain=v2', '--branch');
    const before = status();
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off' && answer.preservedRef !== undefined);
    assert.equal(status(), before);
    assert.equal(plainGit(work.worktree, 'show', `${answer.preservedRef}:new file.txt`), 'new');
    assert.equal(plainGit(work.worktree, 'show', `${answer.preservedRef}:README.md`), 'changed');
  });

  it('ends a session whose worktree is gone, damaged or none, and says so (handoff 4)', async (t) => {
    const breaks: [(work: AtWork) => void, RegExp][] = [
      [({ worktree }) => rmSync(worktree, { recursive: true }), /Nothing is known of the worktree.*is gone/],
      [({ worktree }) => writeFileSync(join(worktree, '.git'), 'gitdir: /nowhere\n'), /Nothing is known of the worktree/],
      [({ worktree }) => rmSync(join(worktree, '.git')), /Nothing is known of the worktree/],
    ];
    for (const [damage, words] of breaks) {
      const work = await atWork(t);
      damage(work);
      const answer = await handOff(own(work), asked);
      assert.ok(answer.kind === 'handed-off' && answer.preservedRef === undefined);
      assert.match(readSections(answer.document)['Working set'] ?? '', words);
    }
  });

  it('hands off beside a lock that a killed git left (handoff 4)', async (t) => {
    const work = await atWork(t);
    writeFileSync(join(plainGit(work.worktree, 'rev-parse', '--absolute-git-dir'), 'index.lock'), '');
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off' && answer.preservedRef !== undefined, 'it is preserved all the same');
  });

  it('of an agent without a worktree or a hook says that there is nothing to go on with (handoff 2)', async (t) => {
    const work = await atWork(t);
    const session = await givenStarted(work, 'mayor');
    await handOff({ ...work.deps, by: writerOf(session) }, { agent: 'mayor', subject: '', notes: '', reason: 'asked' });
    const end = await findEndOf(work.store.db, session.id);
    const sections = readSections(end?.document ?? '');
    assert.deepEqual([end?.subject, sections.Goal, sections['Working set'], sections['Next action']], ['Handoff', '(none)', '(none)', 'Wait for work.']);
  });
});
