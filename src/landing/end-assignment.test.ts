import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { commitFiles, plainGit, tryPlainGit, writeFiles } from '#git/testing';
import { listEscalations } from '#mail';
import { getSession } from '#sessions';
import { readEvents } from '#store';
import { getAgent } from '#town';
import { isFaultWith } from '#town/testing';
import { createBead, getBead, getFormula, hookBead, pourMolecule, readHook, readMolecule, showBead, unhookBead } from '#work';
import { endAssignment } from './end-assignment.ts';
import { getMerge, listMerges } from './read-merges.ts';
import { crewAtWork, type LandingTown, landingTown, polecatAtWork, runApart } from './testing.ts';

const completed = (agent: string) => ({ agent, status: 'COMPLETED' as const, reason: '' });
const done = (town: LandingTown, agent: string) => endAssignment(town, completed(agent));

test('done commits what is left, hands the branch to landing and takes the bead off the hook (landing 1)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, bead, molecule, branch } = await crewAtWork(town, 'max');
  commitFiles(worktree, 'by hand', { 'a.txt': 'a\n' });
  writeFiles(worktree, { 'left.txt': 'left\n' });
  const answer = await done(town, agent);
  const head = plainGit(worktree, 'rev-parse', 'HEAD');
  assert.deepEqual([answer.branch, answer.commitCount, answer.sessionEnds, answer.leftOut], [branch, 2, false, []]);
  assert.equal(plainGit(worktree, 'status', '--porcelain'), '');
  assert.equal(plainGit(worktree, 'log', '-1', '--format=%s|%an|%cn'), `Work of max (${bead.id})|app/crew/max|Baton`);
  assert.equal(plainGit(worktree, 'show', `${answer.preservedRef}:left.txt`), 'left');
  const merge = await getMerge(town.store.db, answer.merge ?? '');
  assert.deepEqual([merge.status, merge.branch, merge.head, merge.target, merge.bead], ['queued', branch, head, 'main', bead.id]);
  const landing = await getBead(town.store.db, bead.id);
  assert.deepEqual([landing.status, landing.hookedBy], ['in_progress', null]);
  assert.equal((await readMolecule(town.store.db, molecule.id)).outcome, 'done', 'handing in closes the last step');
  assert.equal((await getAgent(town.store.db, agent)).desired, 'stopped');
  assert.deepEqual(
    (await readEvents(town.store.db, { last: 5 })).map(({ type }) => type),
    ['done', 'step_done', 'molecule_done', 'unhook', 'merge_queued'],
  );
});

test('work without commits is closed at once (landing 1)', async (t) => {
  const town = await landingTown(t);
  const { agent, bead } = await crewAtWork(town, 'max');
  const answer = await done(town, agent);
  assert.deepEqual([answer.merge, answer.commitCount], [undefined, 0]);
  assert.equal((await getBead(town.store.db, bead.id)).status, 'done');
  assert.deepEqual(await listMerges(town.store.db), []);
});

test("a polecat's session is over with its assignment, and the session writes nothing more (landing 1)", async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, by } = await polecatAtWork(town);
  commitFiles(worktree, 'work', { 'a.txt': 'a\n' });
  const answer = await endAssignment({ ...town, by }, completed(agent));
  assert.ok(answer.sessionEnds);
  assert.equal(answer.preservedRef, 'refs/baton/preserved/sess_0a1b2c3d');
  const session = await getSession(town.store.db, 'sess_0a1b2c3d');
  assert.deepEqual([session.endReason, (await getAgent(town.store.db, agent)).desired], ['done', 'stopped']);
  await assert.rejects(endAssignment({ ...town, by }, completed(agent)), (error) => isFault(error, 'conflict'));
  assert.equal((await listMerges(town.store.db)).length, 1);
});

test('open steps, an empty hook and an escalation without a reason are refused (landing 2)', async (t) => {
  const town = await landingTown(t);
  const { agent } = await crewAtWork(town, 'max');
  const bead = await createBead(town, { title: 'Fresh', rig: 'app' });
  await unhookBead(town, { agent });
  await assert.rejects(done(town, agent), isFaultWith('conflict', 'nothing hangs', agent));
  await pourMolecule(town, { bead: bead.id, formula: await getFormula(town, 'work') });
  await hookBead(town, { bead: bead.id, agent });
  await assert.rejects(done(town, agent), isFaultWith('conflict', bead.id, 'step-1: load-context', 'DEFERRED'));
  await assert.rejects(endAssignment(town, { agent, status: 'ESCALATED', reason: ' ' }), isFaultWith('invalid', '--reason'));
  assert.equal((await readHook(town.store.db, agent)).bead?.id, bead.id);
});

test('work in the middle of a rebase is not handed in, but may be escalated or deferred as it lies there (landing 2, 3)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, bead } = await crewAtWork(town, 'max');
  commitFiles(worktree, 'mine', { 'README.md': 'mine\n' });
  plainGit(worktree, 'checkout', '--quiet', '-b', 'other', 'main');
  commitFiles(worktree, 'theirs', { 'README.md': 'theirs\n' });
  plainGit(worktree, 'checkout', '--quiet', 'crew/max');
  assert.notEqual(tryPlainGit(worktree, 'rebase', 'other').code, 0);
  await assert.rejects(done(town, agent), isFaultWith('conflict', 'a rebase is under way', 'git rebase --continue', 'git rebase --abort'));
  const answer = await endAssignment(town, { agent, status: 'DEFERRED', reason: 'needs a decision' });
  assert.match(plainGit(worktree, 'show', `${answer.preservedRef}:README.md`), /<<<<<<</);
  assert.match(plainGit(worktree, 'status'), /rebase in progress/);
  assert.equal((await readHook(town.store.db, agent)).bead?.id, bead.id);
});

test('work on no branch or on the target is not handed in: its commits would be lost, or land without their gates (landing 2)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree } = await crewAtWork(town, 'max');
  plainGit(worktree, 'checkout', '--quiet', '--detach');
  commitFiles(worktree, 'nowhere', { 'a.txt': 'a\n' });
  await assert.rejects(done(town, agent), isFaultWith('conflict', 'on no branch', 'git switch -C crew/max'));
  const before = plainGit(town.repo, 'rev-parse', 'main');
  plainGit(worktree, 'checkout', '--quiet', '--ignore-other-worktrees', 'main');
  writeFileSync(join(worktree, 'b.txt'), 'b');
  await assert.rejects(done(town, agent), isFaultWith('conflict', 'is on "main"', 'git switch crew/max'));
  assert.equal(plainGit(town.repo, 'rev-parse', 'main'), before);
});

test('a worktree that is gone took no commit with it: its branch is handed in (landing 1)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, branch } = await crewAtWork(town, 'max');
  const head = commitFiles(worktree, 'work', { 'a.txt': 'a\n' });
  rmSync(worktree, { recursive: true });
  const answer = await done(town, agent);
  assert.deepEqual([answer.branch, answer.commitCount, answer.preservedRef], [branch, 1, undefined]);
  assert.equal((await getMerge(town.store.db, answer.merge ?? '')).head, head);
});

test('ESCALATED preserves, blocks the bead with the reason, and escalates once; nothing is committed (landing 3)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, bead, by } = await polecatAtWork(town);
  const head = plainGit(worktree, 'rev-parse', 'HEAD');
  writeFiles(worktree, { 'half.txt': 'half\n' });
  const answer = await endAssignment({ ...town, by }, { agent, status: 'ESCALATED', reason: 'which colour?' });
  assert.deepEqual([answer.merge, answer.sessionEnds, plainGit(worktree, 'rev-parse', 'HEAD')], [undefined, true, head]);
  assert.equal(plainGit(worktree, 'show', `${answer.preservedRef}:half.txt`), 'half');
  const blocked = await getBead(town.store.db, bead.id);
  assert.deepEqual([blocked.status, blocked.blockedReason, blocked.hookedBy], ['blocked', 'which colour?', null]);
  const [escalation, another] = await listEscalations(town.store.db, {});
  assert.deepEqual(
    [escalation?.target, escalation?.severity, escalation?.bead, escalation?.text, another],
    ['app/witness', 'high', bead.id, 'which colour?', undefined],
  );
});

test('DEFERRED preserves and leaves bead and steps on the hook; a polecat stops (landing 3)', async (t) => {
  const town = await landingTown(t);
  const { agent, bead, molecule, by } = await polecatAtWork(town);
  const answer = await endAssignment({ ...town, by }, { agent, status: 'DEFERRED', reason: 'until Monday' });
  const hook = await readHook(town.store.db, agent);
  assert.deepEqual(
    [answer.merge, hook.bead?.id, hook.step?.position, molecule.steps.length],
    [undefined, bead.id, molecule.steps.length, molecule.steps.length],
  );
  assert.equal((await getAgent(town.store.db, agent)).desired, 'stopped');
  assert.ok((await showBead(town.store.db, bead.id)).notes.some(({ body }) => body === 'Deferred: until Monday'));
});

test('a bead that was taken off while it was handed in is not handed in (landing 2)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, bead } = await crewAtWork(town, 'max');
  commitFiles(worktree, 'work', { 'a.txt': 'a\n' });
  const other = await createBead(town, { title: 'Other', rig: 'app' });
  const swapped: LandingTown['store'] = {
    ...town.store,
    change: async (request, body) => {
      await unhookBead(town, { agent });
      await hookBead(town, { bead: other.id, agent });
      return town.store.change(request, body);
    },
  };
  await assert.rejects(endAssignment({ ...town, store: swapped }, completed(agent)), isFaultWith('conflict', bead.id, other.id));
  assert.deepEqual([(await listMerges(town.store.db)).length, (await getBead(town.store.db, other.id)).status], [0, 'hooked']);
});

test('done that is killed before its commit changed no row, and asked again hands in once; after it, it stands (landing 4)', async (t) => {
  const town = await landingTown(t);
  const { agent, worktree, bead, by } = await polecatAtWork(town);
  writeFiles(worktree, { 'left.txt': 'left\n' });
  for (const point of ['git.snapshot.before', 'done.snapshot.after', 'git.commit.before', 'done.commitAll.after', 'done.commit.before', 'done.commit.inside']) {
    const killed = await runApart(town, 'endAssignment', completed(agent), { fault: `${point}=kill`, by });
    assert.equal(killed.signal, 'SIGKILL', `${point}: ${killed.stderr}`);
    assert.deepEqual([(await readHook(town.store.db, agent)).bead?.id, (await listMerges(town.store.db)).length], [bead.id, 0], point);
    assert.equal((await getSession(town.store.db, 'sess_0a1b2c3d')).endedAt, undefined);
  }
  assert.equal((await runApart(town, 'endAssignment', completed(agent), { fault: 'done.commit.after=kill', by })).signal, 'SIGKILL');
  assert.deepEqual([(await listMerges(town.store.db)).length, (await getBead(town.store.db, bead.id)).hookedBy], [1, null]);
  assert.equal((await getSession(town.store.db, 'sess_0a1b2c3d')).endReason, 'done');
  assert.equal(plainGit(worktree, 'rev-list', '--count', 'main..HEAD'), '1', 'committed once');
});
