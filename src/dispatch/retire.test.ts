import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known } from '#base';
import { commitFiles, plainGit, writeFiles } from '#git/testing';
import { formatMark, markOf } from '#host';
import { readEvents } from '#store';
import { getAgent, rigPaths } from '#town';
import { endAgentSession, isFaultWith, seedAgentSession } from '#town/testing';
import { hookBead, showBead } from '#work';
import { retirePolecats } from './retire-polecats.ts';
import { slingBead } from './sling-bead.ts';
import { asked, givenBead, listPolecats, noPolecats, type SlingTown, slingTown } from './testing.ts';
import { unslingBead } from './unsling-bead.ts';

const toast = 'app/polecats/Toast';
const treeOf = (town: SlingTown, name = 'Toast') => join(town.root, 'app/polecats', name);
const retired = async (town: SlingTown) => (await retirePolecats(town)).map(({ kind, agent }) => `${kind} ${agent}`);
const write = (town: SlingTown, body: (tx: Parameters<Parameters<SlingTown['store']['change']>[1]>[0]) => Promise<unknown>) =>
  town.store.change(town.by, async (tx) => {
    await body(tx);
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });

/** A polecat whose bead was taken from it: nothing of it is left to do. */
async function givenOver(town: SlingTown) {
  const bead = await givenBead(town);
  const slung = await slingBead(town, asked(bead.id));
  await unslingBead(town, { bead: bead.id });
  return { ...slung, bead };
}

async function seedMerge(town: SlingTown, { bead, branch, head, status }: { bead: string; branch: string; head: string; status: string }) {
  const row = { id: `mr-${status}`, rig: 'app', bead, agent: toast, branch, head, target: 'main', status, attempts: 0, queued_at: 1 };
  await write(town, (tx) =>
    tx
      .insertInto('merge_requests')
      .values(row as never)
      .execute(),
  );
}

test('a polecat that runs, has a session, a bead on its hook, work that is landing, or a maker is kept (dispatch 9)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  const slung = await slingBead(town, asked(bead.id));
  const branch = (await getAgent(town.store.db, toast)).branch ?? '';
  assert.deepEqual(await retired(town), [], 'it is wanted running');
  await write(town, (tx) => tx.updateTable('agents').set({ desired: 'stopped' }).where('address', '=', toast).execute());
  assert.deepEqual(await retired(town), [], 'its bead hangs');
  await unslingBead(town, { bead: bead.id });
  await seedAgentSession(town, 'sess_0a1b2c3d', toast);
  assert.deepEqual(await retired(town), [], 'its session lives');
  await endAgentSession(town, 'sess_0a1b2c3d');
  await seedMerge(town, { bead: bead.id, branch, head: 'x', status: 'queued' });
  assert.deepEqual(await retired(town), [], 'its work is landing');
  await write(town, (tx) => tx.updateTable('merge_requests').set({ status: 'refused' }).execute());
  await write(town, (tx) => tx.updateTable('agents').set({ spawning_bead: 'ap-00000', spawner: '1|x' }).where('address', '=', toast).execute());
  assert.deepEqual(await retired(town), [], 'it is being made');
  await write(town, (tx) => tx.updateTable('agents').set({ spawning_bead: null, spawner: null }).where('address', '=', toast).execute());
  assert.deepEqual(await retired(town), [`retired ${toast}`]);
  assert.equal(slung.agent, toast);
});

test('one whose assignment is over gives back worktree and name; what was not committed is kept, and its bead says where (dispatch 10)', async (t) => {
  const town = await slingTown(t);
  const { bead, agent } = await givenOver(town);
  writeFiles(treeOf(town), { 'draft.txt': 'not committed\n' });
  await seedAgentSession(town, 'sess_0a1b2c3d', agent);
  await endAgentSession(town, 'sess_0a1b2c3d');
  assert.deepEqual(await retired(town), [`retired ${agent}`]);
  assert.deepEqual(await listPolecats(town), noPolecats, 'its branch said nothing that the target does not');
  const row = await getAgent(town.store.db, agent);
  assert.deepEqual([row.worktree, row.branch, row.spawner, row.retiredAt !== null], [null, null, null, true]);
  const ref = 'refs/baton/preserved/sess_0a1b2c3d';
  assert.equal(plainGit(rigPaths(town.root, 'app').repository, 'show', `${ref}:draft.txt`), 'not committed');
  const notes = (await showBead(town.store.db, bead.id)).notes.map(({ body }) => body);
  assert.ok(
    notes.some((body) => body.includes(ref)),
    notes.join('\n'),
  );
  assert.deepEqual(await retired(town), [], 'once');
  assert.equal((await slingBead(town, asked((await givenBead(town)).id))).agent, agent, 'its name is free');
});

test('a branch with work that has not landed is kept; one that landed, also rebased, is removed, and so is one that another went on with (dispatch 10)', async (t) => {
  const town = await slingTown(t);
  const repo = rigPaths(town.root, 'app').repository;
  const first = await givenOver(town);
  const head = commitFiles(treeOf(town), 'work', { 'work.txt': 'w\n' });
  const branch = (await getAgent(town.store.db, toast)).branch ?? '';
  await retired(town);
  assert.equal(plainGit(repo, 'rev-parse', branch), head, 'a person may still want it');
  const second = await slingBead(town, asked(first.bead.id, 'app'));
  assert.equal((await getAgent(town.store.db, second.agent)).branch, branch, 'the same name goes on with the same branch');
  await unslingBead(town, { bead: first.bead.id });
  const third = await slingBead(town, asked(first.bead.id));
  assert.equal(third.agent, 'app/polecats/Maple');
  assert.deepEqual(await retired(town), [`retired ${toast}`]);
  assert.deepEqual((await listPolecats(town)).branches, [branch.replace('Toast', 'Maple')], 'Maple has all of it');
  const newer = commitFiles(treeOf(town, 'Maple'), 'more', { 'more.txt': 'm\n' });
  await unslingBead(town, { bead: first.bead.id });
  await seedMerge(town, { bead: first.bead.id, branch: branch.replace('Toast', 'Maple'), head: newer, status: 'landed' });
  assert.deepEqual(await retired(town), [`retired ${third.agent}`]);
  assert.deepEqual(await listPolecats(town), noPolecats);
});

test('commits that came after what landed keep their branch (dispatch 10)', async (t) => {
  const town = await slingTown(t);
  const { bead } = await givenOver(town);
  const head = commitFiles(treeOf(town), 'work', { 'work.txt': 'w\n' });
  const late = commitFiles(treeOf(town), 'late', { 'late.txt': 'l\n' });
  const branch = (await getAgent(town.store.db, toast)).branch ?? '';
  await seedMerge(town, { bead: bead.id, branch, head, status: 'landed' });
  await retired(town);
  assert.equal(plainGit(rigPaths(town.root, 'app').repository, 'rev-parse', branch), late);
});

test('a polecat whose worktree is locked is told as held, and holds up nobody else (dispatch 10)', async (t) => {
  const town = await slingTown(t);
  await givenOver(town);
  await givenOver(town);
  plainGit(treeOf(town), 'worktree', 'lock', '--reason', 'mine', treeOf(town));
  const answers = await retirePolecats(town);
  assert.deepEqual(answers.map(({ kind, agent }) => `${kind} ${agent}`).sort(), [`held ${toast}`, 'retired app/polecats/Maple']);
  const held = answers.find((answer) => answer.kind === 'held');
  assert.match(held?.fault.message ?? '', /locked: "mine"/);
  assert.ok(existsSync(treeOf(town)));
  assert.equal((await slingBead(town, asked((await givenBead(town)).id))).agent, 'app/polecats/Maple', 'the name of the held one is in use');
  plainGit(treeOf(town), 'worktree', 'unlock', treeOf(town));
  assert.deepEqual(await retired(town), [`retired ${toast}`]);
});

test('a bead that is hung on a polecat just before it retires keeps it, and one just after is refused (dispatch 9)', async (t) => {
  const town = await slingTown(t);
  await givenOver(town);
  const [before, after] = [await givenBead(town), await givenBead(town)];
  const store: SlingTown['store'] = {
    ...town.store,
    change: async (request, body) => {
      if (request.point === 'polecat.retire') await hookBead(town, { bead: before.id, agent: toast });
      return town.store.change(request, body);
    },
  };
  assert.deepEqual(await retirePolecats({ ...town, store }), []);
  assert.deepEqual([(await getAgent(town.store.db, toast)).retiredAt, existsSync(treeOf(town))], [null, true]);
  await unslingBead(town, { bead: before.id });
  const late: SlingTown['store'] = {
    ...town.store,
    change: async (request, body) => {
      if (request.point === 'polecat.free') await assert.rejects(hookBead(town, { bead: after.id, agent: toast }), isFaultWith('conflict', 'retired'));
      return town.store.change(request, body);
    },
  };
  assert.deepEqual(await retirePolecats({ ...town, store: late }), [{ kind: 'retired', agent: toast }]);
});

test('a clearing that its process died at is gone on with, and one that another process is at is left to it (dispatch 10)', async (t) => {
  const town = await slingTown(t);
  await givenOver(town);
  const own = formatMark(known(markOf(process.pid), 'own mark'));
  const parent = formatMark(known(markOf(process.ppid), 'the mark of the parent'));
  await write(town, (tx) => tx.updateTable('agents').set({ retired_at: 1, desired: 'stopped', spawner: parent }).where('address', '=', toast).execute());
  assert.deepEqual(await retired(town), [], 'its clearer lives');
  await write(town, (tx) =>
    tx
      .updateTable('agents')
      .set({ spawner: own.replace(/^\d+/, '1') })
      .where('address', '=', toast)
      .execute(),
  );
  assert.deepEqual(await retired(town), [`retired ${toast}`]);
  assert.deepEqual(await listPolecats(town), noPolecats);
  assert.equal((await readEvents(town.store.db, { types: ['worktree_removed'] })).length, 1);
});
