import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { moveRef } from '#git';
import { commitFiles, plainGit } from '#git/testing';
import { formatMark, markOf } from '#host';
import { eventually } from '#host/testing';
import { readEvents } from '#store';
import { isFaultWith } from '#town/testing';
import { closeBead, getBead, hookBead, showBead } from '#work';
import { endAssignment } from './end-assignment.ts';
import { landNext } from './land-next.ts';
import { getMerge, listMerges, listRigsToLand } from './read-merges.ts';
import { retryMerge } from './retry-merge.ts';
import { crewAtWork, handIn, type LandingTown, landingTown, runApart, targetLog } from './testing.ts';

const land = (town: LandingTown) => landNext(town, { rig: 'app' });
const eventsOf = async (town: LandingTown, ...types: string[]) => (await readEvents(town.store.db, { types })).length;

test('a request is rebased, gated and lands on the target, its bead is done, and the target of the source stays where it is (landing 5)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["test -e a.txt && git rev-parse HEAD > ../gated", "test ! -e b.txt"]\n' });
  const head = plainGit(town.source, 'rev-parse', 'main');
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  assert.deepEqual(await listRigsToLand(town.store.db), ['app']);
  const answer = await land(town);
  assert.ok(answer.kind === 'landed');
  assert.equal(plainGit(town.repo, 'rev-parse', 'main'), answer.commit);
  assert.equal(readFileSync(join(town.root, 'app/refinery/gated'), 'utf8').trim(), answer.commit, 'its gates saw the very commit that landed');
  const merge = await getMerge(town.store.db, work.merge);
  assert.deepEqual([merge.status, merge.landedCommit, merge.failure, merge.lander, merge.attempts], ['landed', answer.commit, undefined, undefined, 1]);
  assert.equal((await getBead(town.store.db, work.bead.id)).status, 'done');
  assert.equal(plainGit(town.source, 'rev-parse', 'main'), head);
  assert.deepEqual([(await land(town)).kind, await listRigsToLand(town.store.db)], ['nothing', []]);
  assert.deepEqual(
    (await readEvents(town.store.db, { last: 4 })).map(({ type, actor }) => [type, actor]),
    [
      ['merge_started', 'overseer'],
      ['merge_gated', 'overseer'],
      ['merged', 'overseer'],
      ['bead_landed', 'overseer'],
    ],
  );
});

test('requests land in the order in which they were handed in, each on top of the one before, and what came from the source below them (landing 5)', async (t) => {
  const town = await landingTown(t);
  await handIn(town, 'max', { 'a.txt': 'a\n' });
  await handIn(town, 'ana', { 'b.txt': 'b\n' });
  commitFiles(town.source, 'upstream', { 'up.txt': 'u\n' });
  assert.deepEqual([(await land(town)).kind, (await land(town)).kind], ['landed', 'landed']);
  assert.deepEqual(targetLog(town), ['by ana', 'by max', 'upstream', 'first']);
});

test('what Baton committed before a cycle is folded: into the commit after it, or into one that says what the bead is (landing 10)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["git log --format=%s > ../gated"]\n' });
  const max = await crewAtWork(town, 'max');
  commitFiles(max.worktree, 'WIP: half of it', { 'a.txt': 'a\n' });
  await endAssignment(town, { agent: max.agent, status: 'COMPLETED', reason: '' });
  const answer = await land(town);
  assert.ok(answer.kind === 'landed');
  assert.deepEqual(targetLog(town), [`Work of max (${max.bead.id})`, 'first']);
  assert.match(readFileSync(join(town.root, 'app/refinery/gated'), 'utf8'), /^Work of max/, 'its gates saw the commit that landed');
  const ana = await crewAtWork(town, 'ana');
  commitFiles(ana.worktree, 'WIP: half of it', { 'b.txt': 'b\n' });
  commitFiles(ana.worktree, 'all of it', { 'c.txt': 'c\n' });
  await endAssignment(town, { agent: ana.agent, status: 'COMPLETED', reason: '' });
  assert.equal((await land(town)).kind, 'landed');
  assert.deepEqual(targetLog(town).slice(0, 2), ['all of it', `Work of max (${max.bead.id})`]);
  assert.equal(plainGit(town.repo, 'show', 'main:b.txt'), 'b');
});

test('a conflict is refused: the bead is open again with the files as a note, and the branch is kept (landing 6)', async (t) => {
  const town = await landingTown(t);
  await handIn(town, 'max', { 'README.md': 'max\n' });
  const late = await handIn(town, 'ana', { 'README.md': 'ana\n' });
  await land(town);
  const answer = await land(town);
  assert.ok(answer.kind === 'refused');
  const shown = await showBead(town.store.db, late.bead.id);
  assert.deepEqual([shown.bead.status, shown.bead.assignee], ['open', null]);
  assert.ok(shown.notes.some(({ body }) => body.includes('conflicts with "main" in README.md') && body.includes(late.branch)));
  assert.equal(plainGit(town.repo, 'rev-parse', late.branch), late.head);
  assert.deepEqual(targetLog(town), ['by max', 'first']);
});

test('a gate that fails refuses, whatever it prints, and the next request lands all the same (landing 6)', async (t) => {
  const town = await landingTown(t, {
    rig: 'gates = ["test ! -e bad.txt || { head -c 50000000 /dev/zero | tr \'\\\\0\' x; echo; echo the reason >&2; exit 9; }"]\n',
  });
  const bad = await handIn(town, 'max', { 'bad.txt': 'b\n' });
  await handIn(town, 'ana', { 'good.txt': 'g\n' });
  const refused = await land(town);
  assert.ok(refused.kind === 'refused' && refused.failure.length < 2000);
  assert.match(refused.failure, /^gate "test.*" failed: exit code 9\n/);
  assert.match(refused.failure, /\nthe reason$/);
  assert.equal((await land(town)).kind, 'landed');
  assert.deepEqual(targetLog(town), ['by ana', 'first']);
  assert.equal((await getBead(town.store.db, bad.bead.id)).status, 'open');
});

test('what a gate leaves in the refinery is gone before the next landing, but for what is ignored (landing 5)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["test ! -e junk", "touch junk cache.o", "echo changed > README.md", "git commit -qam mine || true"]\n' });
  await handIn(town, 'max', { '.gitignore': '*.o\n' });
  await handIn(town, 'ana', { 'b.txt': 'b\n' });
  assert.deepEqual([(await land(town)).kind, (await land(town)).kind], ['landed', 'landed']);
  assert.deepEqual(targetLog(town), ['by ana', 'by max', 'first'], 'only what was gated lands');
  assert.ok(existsSync(join(town.root, 'app/refinery/rig/cache.o')));
});

test('a gate that is cut off refuses nothing and is no attempt: the next landing runs it again (landing 7)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["touch ../gating; while [ ! -e ../go ]; do sleep 0.02; done"]\n' });
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  const cut = new AbortController();
  const first = landNext({ ...town, signal: cut.signal }, { rig: 'app' });
  await eventually(() => existsSync(join(town.root, 'app/refinery/gating')), 'the gate runs');
  cut.abort();
  assert.equal((await first).kind, 'later');
  assert.equal((await getMerge(town.store.db, work.merge)).attempts, 0);
  writeFileSync(join(town.root, 'app/refinery/go'), '');
  assert.equal((await land(town)).kind, 'landed');
});

test('a target that moved while the gates ran is tried again on top of it (landing 7)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["touch ../gating; while [ ! -e ../go ]; do sleep 0.02; done"]\n' });
  await handIn(town, 'max', { 'a.txt': 'a\n' });
  const first = land(town);
  await eventually(() => existsSync(join(town.root, 'app/refinery/gating')), 'the gate runs');
  const to = commitFiles(town.source, 'meanwhile', { 'm.txt': 'm\n' });
  plainGit(town.repo, 'fetch', '--quiet', 'origin');
  await moveRef(town.git, { repo: town.repo, ref: 'refs/heads/main', from: plainGit(town.repo, 'rev-parse', 'main'), to });
  writeFileSync(join(town.root, 'app/refinery/go'), '');
  assert.deepEqual([(await first).kind, (await land(town)).kind], ['again', 'landed']);
  assert.deepEqual(targetLog(town), ['by max', 'meanwhile', 'first']);
});

test('one whose target moves every time is refused in the end, and says so (landing 7)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  const answers = [];
  for (let i = 0; i < 6; i += 1) {
    // The gate itself moves the target, as another landing would.
    const gate = `git update-ref refs/heads/main $(git commit-tree -p main -m moved-${i} main^{tree})`;
    const settings = readSettings({ town: '', rigs: { app: `gates = ["${gate}"]\n` } });
    answers.push((await landNext({ ...town, env: town.git.env, settings }, { rig: 'app' })).kind);
  }
  assert.deepEqual(answers, ['again', 'again', 'again', 'again', 'again', 'refused']);
  assert.match((await getMerge(town.store.db, work.merge)).failure ?? '', /did not land in 5 attempts: "main" moved meanwhile/);
});

test('a source that cannot be reached holds up no landing, and the journal tells of it (landing 7)', async (t) => {
  const town = await landingTown(t);
  await handIn(town, 'max', { 'a.txt': 'a\n' });
  renameSync(town.source, `${town.source}-away`);
  assert.equal((await land(town)).kind, 'landed');
  const [gated] = await readEvents(town.store.db, { types: ['merge_gated'] });
  assert.match(String(gated?.payload.source), /^unreachable: /);
});

test('a target, or a commit, that is not there any more is refused in words (landing 6)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  await town.store.change(town.by, async (tx) => {
    await tx
      .updateTable('merge_requests')
      .set({ head: '1'.repeat(40) })
      .execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  const gone = await land(town);
  assert.ok(gone.kind === 'refused' && /commit 1+ is not there/.test(gone.failure));
  await retryMerge(town, { id: work.merge });
  await moveRef(town.git, { repo: town.repo, ref: 'refs/heads/main', from: plainGit(town.repo, 'rev-parse', 'main'), to: undefined });
  renameSync(town.source, `${town.source}-away`);
  const targetless = await land(town);
  assert.ok(targetless.kind === 'refused' && /branch "main" is not there/.test(targetless.failure));
});

test('work that is on the target already lands as it is (landing 5)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  commitFiles(town.source, 'the same by somebody else', { 'a.txt': 'a\n' });
  assert.equal((await land(town)).kind, 'landed');
  assert.deepEqual([(await getBead(town.store.db, work.bead.id)).status, targetLog(town)], ['done', ['the same by somebody else', 'first']]);
});

test('what is in the way is told and waited for, and what may pass by itself costs no attempt (landing 7)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  const refinery = join(town.root, 'app/refinery/rig');
  mkdirSync(refinery, { recursive: true });
  writeFileSync(join(refinery, 'stranger'), 'not a worktree');
  const counted = [];
  for (let i = 0; i < 3; i += 1) {
    const answer = await land(town);
    assert.ok(answer.kind === 'later' && /is there and is no worktree/.test(answer.detail));
    counted.push((await getMerge(town.store.db, work.merge)).attempts);
  }
  assert.deepEqual(counted, [1, 2, 3], 'what does not pass by itself counts, so that it ends');
  renameSync(refinery, `${refinery}-away`);
  const broken = { ...town, git: { ...town.git, env: { ...town.git.env, PATH: '/nonexistent' } } };
  assert.equal((await landNext(broken, { rig: 'app' })).kind, 'later');
  assert.equal((await getMerge(town.store.db, work.merge)).attempts, 3, 'a program that is missing for a while is no attempt');
  assert.equal((await land(town)).kind, 'landed');
});

/** Where a landing may be killed; the first one while the refinery's worktree is made. */
const points = [
  'git.worktree-add.made',
  'merge.start.before',
  'merge.start.inside',
  'merge.start.after',
  'merge.rebase.before',
  'merge.gates.after',
  'merge.commit.inside',
  'merge.commit.after',
  'merge.move.before',
  'merge.move.after',
  'merge.land.before',
  'merge.land.inside',
  'merge.land.after',
];

test('a landing that is killed anywhere is ended by the next one, exactly once (landing 8)', async (t) => {
  const town = await landingTown(t);
  for (const [i, point] of points.entries()) {
    const work = await handIn(town, `c${i}`, { [`f${i}.txt`]: 'x\n' });
    const killed = await runApart(town, 'landNext', { rig: 'app' }, { fault: `${point}=kill` });
    assert.equal(killed.signal, 'SIGKILL', `${point}: ${killed.stderr}`);
    assert.equal((await land(town)).kind, point === 'merge.land.after' ? 'nothing' : 'landed', point);
    assert.equal((await getBead(town.store.db, work.bead.id)).status, 'done', point);
    assert.deepEqual(targetLog(town).slice(0, 2), [`by c${i}`, i === 0 ? 'first' : `by c${i - 1}`], point);
    assert.equal(await eventsOf(town, 'merged'), i + 1, point);
  }
});

test('a gate that outlives its lander is ended before the next one works there (landing 8)', async (t) => {
  const rig = 'gates = ["test -e ../second || { touch ../gating; sleep 60; touch ../late; }"]\n';
  const town = await landingTown(t, { rig });
  await handIn(town, 'max', { 'a.txt': 'a\n' });
  const first = runApart(town, 'landNext', { rig: 'app' }, { rig });
  await eventually(() => existsSync(join(town.root, 'app/refinery/gating')), 'the gate runs');
  const [merge] = await listMerges(town.store.db);
  const pid = Number(merge?.lander?.split('|')[0]);
  const meanwhile = await land(town);
  assert.ok(meanwhile.kind === 'later' && meanwhile.detail.includes(String(pid)), 'while it lives, the request is its own');
  process.kill(pid, 'SIGKILL');
  assert.equal((await first).signal, 'SIGKILL');
  writeFileSync(join(town.root, 'app/refinery/second'), '');
  assert.equal((await land(town)).kind, 'landed');
  assert.ok(!existsSync(join(town.root, 'app/refinery/late')));
});

test('one whose landing was taken over writes nothing more and moves nothing (landing 8)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  const other = formatMark(markOf(process.ppid) ?? assert.fail());
  const store: LandingTown['store'] = {
    ...town.store,
    change: async (request, body) => {
      if (request.point === 'merge.commit') await take(town, other);
      return town.store.change(request, body);
    },
  };
  const answer = await landNext({ ...town, store }, { rig: 'app' });
  assert.ok(answer.kind === 'later' && answer.detail.includes('taken over'));
  const merge = await getMerge(town.store.db, work.merge);
  assert.deepEqual([merge.status, merge.lander, merge.landingCommit, merge.failure, targetLog(town)], ['landing', other, undefined, undefined, ['first']]);
  assert.deepEqual((await land(town)).kind, 'later', 'its lander lives');
  await take(town, null);
  assert.equal((await land(town)).kind, 'landed');
});

const take = (town: LandingTown, lander: string | null) =>
  town.store.change(town.by, async (tx) => {
    await tx.updateTable('merge_requests').set({ lander }).execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });

test('of two processes that land at once one does it, and the other has nothing to do or waits (landing 8)', async (t) => {
  const town = await landingTown(t);
  await handIn(town, 'max', { 'a.txt': 'a\n' });
  const answers = await Promise.all([1, 2, 3].map(() => runApart(town, 'landNext', { rig: 'app' })));
  const kinds = answers.map(({ answer }) => answer?.kind).sort();
  assert.equal(kinds.filter((kind) => kind === 'landed').length, 1, JSON.stringify(answers));
  assert.ok(
    kinds.every((kind) => kind === 'landed' || kind === 'later' || kind === 'nothing'),
    JSON.stringify(answers),
  );
  assert.deepEqual([targetLog(town), await eventsOf(town, 'merged')], [['by max', 'first'], 1]);
});

test('a refused request is queued again as long as nobody took its bead up (landing 9)', async (t) => {
  const town = await landingTown(t, { rig: 'gates = ["test -e ../fixed"]\n' });
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  await assert.rejects(retryMerge(town, { id: work.merge }), isFaultWith('conflict', 'is queued'));
  await land(town);
  const again = await retryMerge(town, { id: work.merge });
  assert.deepEqual([again.status, again.failure, again.attempts, (await getBead(town.store.db, work.bead.id)).status], ['queued', undefined, 0, 'in_progress']);
  mkdirSync(join(town.root, 'app/refinery'), { recursive: true });
  assert.equal((await land(town)).kind, 'refused');
  const other = await crewAtWork(town, 'ana');
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('beads').set({ hooked_by: null, status: 'open' }).where('id', '=', other.bead.id).execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  await hookBead(town, { bead: work.bead.id, agent: other.agent });
  await assert.rejects(retryMerge(town, { id: work.merge }), isFaultWith('conflict', work.bead.id, work.branch));
  await assert.rejects(retryMerge(town, { id: 'mr-none0' }), isFaultWith('not-found', 'mr-none0'));
});

test('a bead that a person closed while it was landing stays closed, and its work lands (landing 5)', async (t) => {
  const town = await landingTown(t);
  const work = await handIn(town, 'max', { 'a.txt': 'a\n' });
  await closeBead(town, { bead: work.bead.id });
  assert.equal((await land(town)).kind, 'landed');
  assert.equal((await getBead(town.store.db, work.bead.id)).status, 'done');
});
