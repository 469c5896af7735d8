import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { preservedRef, snapshotWorktree } from '#git';
import { commitFiles, plainGit, writeFiles } from '#git/testing';
import { givenEnd, givenStarted, recordGone, runApart } from '#sessions/testing';
import { readEvents } from '#store';
import { addCrew, getAgent, rigPaths, setEstopRow } from '#town';
import { isFaultWith } from '#town/testing';
import { endStep, getBead, readHook, readMoleculeOf, showBead } from '#work';
import { nukePolecat } from './nuke-polecat.ts';
import { prunePolecats } from './prune-polecats.ts';
import { listPreserved, restoreSession } from './restore-session.ts';
import { retirePolecats } from './retire-polecats.ts';
import { slingBead } from './sling-bead.ts';
import { asked, givenBead, listPolecats, noPolecats, type SlingTown, slingTown } from './testing.ts';
import { unslingBead } from './unsling-bead.ts';

const toast = 'app/polecats/Toast';
const plain = { agent: toast, isForced: false };

/** A polecat that worked: one step closed, a commit, and a worktree with every kind of change; its session is over. */
async function givenWorked(town: SlingTown) {
  const bead = await givenBead(town);
  const slung = await slingBead(town, asked(bead.id));
  const session = await givenStarted(town, toast);
  await endStep(town, { molecule: slung.molecule, outcome: 'done' });
  const dir = join(town.root, toast);
  commitFiles(dir, 'work', { 'work.txt': 'w\n', 'gone.txt': 'g\n', '.gitignore': 'node_modules/\n.env\n' });
  writeFiles(dir, { 'work.txt': 'changed\n', 'new/draft é.txt': 'not committed\n', run: '#!/bin/sh\n', 'node_modules/x/y': 'z', '.env': 's' });
  writeFileSync(join(dir, 'bytes'), Buffer.from([0, 255, 10, 13, 10]));
  chmodSync(join(dir, 'run'), 0o755);
  symlinkSync('../nowhere', join(dir, 'link'));
  rmSync(join(dir, 'gone.txt'));
  return { bead, slung, dir, session, before: pictureOf(dir), status: statusOf(dir) };
}

const statusOf = (dir: string) => plainGit(dir, 'status', '--porcelain', '--untracked-files=all');

/** Every file of a worktree but git's own and the ignored ones: its kind, whether it may be run, its bytes. */
function pictureOf(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => !/^(\.git|node_modules|\.env)(\/|$)/.test(name));
  return names
    .flatMap((name) => {
      const path = join(dir, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) return [`${name} -> ${readlinkSync(path)}`];
      return stat.isFile() ? [`${name} ${(stat.mode & 0o100) !== 0} ${readFileSync(path).toString('base64')}`] : [];
    })
    .sort();
}

const notesOf = async (town: SlingTown, bead: string) => (await showBead(town.store.db, bead)).notes.map(({ body }) => body).join('\n');

test('a nuked polecat is gone, and nothing that it had: its bead is open with its steps, and says where commits and changes are (dispatch 21)', async (t) => {
  const town = await slingTown(t);
  const { bead, slung, dir, session } = await givenWorked(town);
  await assert.rejects(nukePolecat(town, plain), isFaultWith('conflict', 'runs', session.id));
  assert.deepEqual([(await getBead(town.store.db, bead.id)).hookedBy, existsSync(dir)], [toast, true], 'a running one is left as it is');
  await givenEnd(town, session, 'stopped');
  const branch = `polecat/Toast/${bead.id}@${slung.molecule}`;
  const nuked = await nukePolecat(town, plain);
  assert.deepEqual(nuked, {
    ...{ agent: toast, rig: 'app', bead: bead.id, branch, preservedRef: preservedRef(session.id), movedTo: undefined },
    ignored: ['.env', 'node_modules/'],
  });
  assert.equal(existsSync(dir), false);
  assert.deepEqual(await listPolecats(town), { ...noPolecats, branches: [branch] });
  const now = await getBead(town.store.db, bead.id);
  assert.deepEqual([now.status, now.hookedBy, now.assignee], ['open', null, null]);
  assert.equal((await readMoleculeOf(town.store.db, bead.id))?.steps[0]?.status, 'done');
  const notes = await notesOf(town, bead.id);
  for (const told of [branch, preservedRef(session.id), `baton sling ${bead.id} app`, 'node_modules/']) assert.ok(notes.includes(told), told);
  await assert.rejects(nukePolecat(town, plain), isFaultWith('not-found', 'gone already', 'sessions restore'));
  assert.equal((await readEvents(town.store.db, { types: ['polecat_nuked'] })).length, 1);
});

test('who lands, is being made, is locked, is no polecat or asks for itself is not nuked, and nobody in a stopped town (dispatch 21)', async (t) => {
  const town = await slingTown(t);
  const { session, dir } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await addCrew(town, { rig: 'app', name: 'max' });
  const write = (body: (tx: Parameters<Parameters<SlingTown['store']['change']>[1]>[0]) => Promise<unknown>) =>
    town.store.change(town.by, async (tx) => ({ answer: await body(tx), events: [{ type: 'seeded' }] }));
  const refuses = (kind: 'conflict' | 'invalid', ...words: string[]) => assert.rejects(nukePolecat(town, plain), isFaultWith(kind, ...words));
  await assert.rejects(nukePolecat(town, { agent: 'app/crew/max', isForced: true }), isFaultWith('invalid', 'no polecat'));
  await assert.rejects(nukePolecat({ ...town, by: { actor: toast } }, plain), isFaultWith('invalid', 'itself', 'baton done'));
  const merge = {
    id: 'mr-1',
    rig: 'app',
    bead: session.bead,
    agent: toast,
    branch: 'b',
    head: 'h',
    target: 'main',
    status: 'queued',
    attempts: 0,
    queued_at: 1,
  };
  await write((tx) =>
    tx
      .insertInto('merge_requests')
      .values(merge as never)
      .execute(),
  );
  await refuses('conflict', 'landing', 'mr-1');
  await write((tx) => tx.updateTable('merge_requests').set({ status: 'refused' }).execute());
  const stop = (why: { by: string; reason: string } | undefined) =>
    town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, why) }));
  await stop({ by: 'overseer', reason: 'all is wrong' });
  await refuses('conflict', 'all is wrong', 'baton thaw');
  await assert.rejects(slingBead(town, asked((await givenBead(town)).id)), isFaultWith('conflict', 'all is wrong', 'baton thaw'));
  await stop(undefined);
  plainGit(dir, 'worktree', 'lock', '--reason', 'mine', dir);
  await refuses('conflict', 'locked: "mine"');
  assert.equal((await getAgent(town.store.db, toast)).retiredAt, null, 'nothing was begun');
  assert.equal((await nukePolecat(town, { ...plain, isForced: true })).agent, toast);
  assert.equal(existsSync(dir), false);
});

for (const point of [
  'polecat.nuke.before',
  'polecat.nuke.inside',
  'polecat.nuke.after',
  'worktree.clear.preserved',
  'worktree.clear.after',
  'polecat.free.inside',
])
  test(`killed at ${point}, a nuke is asked for again or finished by the daemon, and nothing is lost (dispatch 21)`, async (t) => {
    const town = await slingTown(t);
    const { bead, session, before, dir } = await givenWorked(town);
    await givenEnd(town, session, 'stopped');
    const killed = await runApart('#dispatch', '(room, parts, request) => room.nukePolecat(parts, request)', plain, {
      root: town.root,
      fault: `${point}=kill`,
    });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    if (point.includes('nuke.') && !point.endsWith('after')) await nukePolecat(town, plain);
    else
      assert.deepEqual(
        (await retirePolecats(town)).map(({ kind, agent }) => `${kind} ${agent}`),
        [`retired ${toast}`],
      );
    assert.equal(existsSync(dir), false);
    assert.equal((await getBead(town.store.db, bead.id)).status, 'open');
    const { dir: restored } = await restoreSession(town, { session: session.id });
    assert.deepEqual(pictureOf(restored), before);
  });

test('what a session had not committed comes back byte for byte, into a folder, and only where nothing lies (dispatch 22)', async (t) => {
  const town = await slingTown(t);
  const { session, before } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await nukePolecat(town, plain);
  const restored = await restoreSession(town, { session: session.id.slice(0, 9) });
  assert.deepEqual([restored.kind, restored.dir], ['folder', join(town.root, '.baton/restored', session.id)]);
  assert.deepEqual(pictureOf(restored.dir), before);
  await assert.rejects(restoreSession(town, { session: session.id }), isFaultWith('conflict', 'not empty'));
  const elsewhere = join(town.dir, 'some/where');
  assert.equal((await restoreSession(town, { session: session.id, into: elsewhere })).dir, elsewhere);
  assert.deepEqual(pictureOf(elsewhere), before);
  const { worktree } = await addCrew(town, { rig: 'app', name: 'max' });
  for (const place of [{ into: worktree ?? '' }, { agent: 'app/crew/max' }])
    await assert.rejects(restoreSession(town, { session: session.id, ...place }), isFaultWith('conflict', 'was made on'));
  assert.equal(statusOf(worktree ?? ''), '');
  assert.equal((await readEvents(town.store.db, { types: ['session_restored'] })).length, 2);
});

test('a crew member that does not run gets it into its own worktree at the commit that it was made on (dispatch 22, git 13)', async (t) => {
  const town = await slingTown(t);
  const { address, worktree } = await addCrew(town, { rig: 'app', name: 'max' });
  const dir = worktree ?? '';
  const first = await givenStarted(town, address);
  writeFiles(dir, { 'README.md': 'mine\n', new: 'n\n' });
  const ref = preservedRef(first.id);
  await snapshotWorktree(town.git, { dir, ref, message: 'one' });
  writeFiles(dir, { 'README.md': 'broken\n' });
  rmSync(join(dir, 'new'));
  await snapshotWorktree(town.git, { dir, ref, message: 'two' });
  plainGit(dir, 'checkout', '--quiet', '.');
  await assert.rejects(restoreSession(town, { session: first.id, agent: address }), isFaultWith('conflict', 'runs', 'stop it'));
  await givenEnd(town, first, 'stopped', { isGone: false });
  for (const place of [{ agent: address }, { into: dir }])
    await assert.rejects(restoreSession(town, { session: first.id, ...place }), isFaultWith('conflict', 'runs', first.id), 'its program may still write');
  await recordGone(town, { session: first.id, agent: address });
  const kept = await listPreserved(town, { session: first.id });
  assert.deepEqual(
    kept.map(({ message, isChanged }) => [message, isChanged]),
    [
      ['two', true],
      ['one', true],
    ],
  );
  await assert.rejects(restoreSession(town, { session: first.id, nth: 3 }), isFaultWith('not-found', '2 snapshots', '--list'));
  assert.equal((await restoreSession(town, { session: first.id, agent: address, nth: 2 })).kind, 'worktree');
  assert.deepEqual([statusOf(dir), readFileSync(join(dir, 'README.md'), 'utf8')], [' M README.md\n?? new', 'mine\n']);
  await assert.rejects(restoreSession(town, { session: first.id, agent: address }), isFaultWith('conflict', 'README.md'));
  const second = await givenStarted(town, address);
  await assert.rejects(restoreSession(town, { session: second.id }), isFaultWith('not-found', 'nothing is preserved'));
});

test('a nuked polecat is made again as it was, keeps its bead, and goes on when it is slung to (dispatch 22)', async (t) => {
  const town = await slingTown(t);
  const { bead, slung, session, before, status, dir } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await nukePolecat(town, plain);
  const restored = await restoreSession(town, { session: session.id, agent: toast });
  assert.deepEqual([restored.kind, restored.dir, restored.bead], ['polecat', dir, bead.id]);
  assert.deepEqual([pictureOf(dir), statusOf(dir)], [before, status]);
  assert.equal(plainGit(dir, 'branch', '--show-current'), `polecat/Toast/${bead.id}@${slung.molecule}`);
  const row = await getAgent(town.store.db, toast);
  assert.deepEqual([row.retiredAt, row.desired, row.spawningBead], [null, 'stopped', null]);
  assert.deepEqual(await retirePolecats(town), [], 'its bead keeps it');
  const again = await slingBead(town, asked(bead.id, toast));
  assert.deepEqual([again.agent, again.molecule, (await getAgent(town.store.db, toast)).desired], [toast, slung.molecule, 'running']);
  assert.equal((await readHook(town.store.db, toast)).bead?.id, bead.id);
  await assert.rejects(slingBead(town, asked(bead.id, toast)), isFaultWith('conflict', toast), 'one that is to run already');
});

test('a polecat is not made again where its name, its bead or its branch has gone on; a restore that fails leaves nothing (dispatch 22)', async (t) => {
  const town = await slingTown(t);
  const { bead, session } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await nukePolecat(town, plain);
  const again = () => restoreSession(town, { session: session.id, agent: toast });
  const other = await slingBead(town, asked((await givenBead(town)).id));
  assert.equal(other.agent, toast);
  await assert.rejects(again(), isFaultWith('conflict'));
  await unslingBead(town, { bead: other.bead });
  await retirePolecats(town);
  const repo = rigPaths(town.root, 'app').repository;
  const branch = (await listPolecats(town)).branches[0] ?? '';
  const head = plainGit(repo, 'rev-parse', branch);
  const newer = plainGit(repo, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'newer');
  plainGit(repo, 'update-ref', `refs/heads/${branch}`, newer);
  await assert.rejects(again(), isFaultWith('conflict', 'went on since'));
  assert.deepEqual(await listPolecats(town), { ...noPolecats, branches: [branch] });
  plainGit(repo, 'update-ref', `refs/heads/${branch}`, head);
  await slingBead(town, asked(bead.id));
  await assert.rejects(again(), isFaultWith('conflict'));
});

test('whoever is slung the work next has what the one before had not committed, or is told where it is (dispatch 23)', async (t) => {
  const town = await slingTown(t);
  const { bead, session, before, status, dir } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await unslingBead(town, { bead: bead.id });
  await retirePolecats(town);
  const next = await slingBead(town, asked(bead.id));
  assert.deepEqual(next.left, { ref: preservedRef(session.id), session: session.id, isRestored: true });
  assert.deepEqual([pictureOf(dir), statusOf(dir)], [before, status]);
  assert.match(await notesOf(town, bead.id), /had not committed is in the worktree of app\/polecats\/Toast again/);
  const second = await givenStarted(town, toast);
  commitFiles(dir, 'all of it', {});
  await snapshotWorktree(town.git, { dir, ref: preservedRef(second.id), message: 'clean' });
  writeFiles(dir, { later: 'l\n' });
  await givenEnd(town, second, 'stopped');
  await nukePolecat(town, plain);
  const branch = (await listPolecats(town)).branches[0] ?? '';
  const repo = rigPaths(town.root, 'app').repository;
  const head = plainGit(repo, 'rev-parse', branch);
  plainGit(repo, 'update-ref', `refs/heads/${branch}`, plainGit(repo, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'newer'));
  const third = await slingBead(town, asked(bead.id));
  assert.deepEqual(third.left, { ref: preservedRef(second.id), session: second.id, isRestored: false });
  assert.equal(statusOf(dir), '');
  assert.match(await notesOf(town, bead.id), new RegExp(`baton sessions restore ${second.id}`));
});

test('pruning gives back what is over, and branches whose work has landed since (dispatch 24)', async (t) => {
  const town = await slingTown(t);
  const { bead, session } = await givenWorked(town);
  await givenEnd(town, session, 'stopped');
  await nukePolecat(town, plain);
  assert.deepEqual(await prunePolecats(town, {}), { taken: [], retired: [], branches: [] });
  const [branch = ''] = (await listPolecats(town)).branches;
  const head = plainGit(rigPaths(town.root, 'app').repository, 'rev-parse', branch);
  const merge = { id: 'mr-1', rig: 'app', bead: bead.id, agent: toast, branch, head, target: 'main', status: 'landed', attempts: 1, queued_at: 1 };
  await town.store.change(town.by, async (tx) => ({
    answer: await tx
      .insertInto('merge_requests')
      .values(merge as never)
      .execute(),
    events: [{ type: 'seeded' }],
  }));
  assert.deepEqual(await prunePolecats(town, { rig: 'app' }), { taken: [], retired: [], branches: [branch] });
  assert.deepEqual(await listPolecats(town), noPolecats);
});
