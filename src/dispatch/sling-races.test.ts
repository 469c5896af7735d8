import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known } from '#base';
import { plainGit, writeFiles } from '#git/testing';
import { findProgram, isAlive, markOf } from '#host';
import { eventually } from '#host/testing';
import { addCrew, getAgent, listAgents, rigPaths } from '#town';
import { addTestRig } from '#town/testing';
import { getBead, readHook, readMoleculeOf } from '#work';
import { retirePolecats } from './retire-polecats.ts';
import { takeBackAbandoned } from './take-back.ts';
import { asked, givenBead, listPolecats, noPolecats, slingApart, slingTown } from './testing.ts';

const rigs = ['app', 'web', 'api', 'ops'];

test('of twenty processes that sling one bead to twenty targets one wins, the others are told, and nothing leaks (dispatch 5)', async (t) => {
  const town = await slingTown(t);
  for (const rig of rigs.slice(1)) await addTestRig(town, rig);
  const crew = Array.from({ length: 10 }, (_, i) => ({ rig: rigs[i % 4] ?? '', name: `c${i}` }));
  for (const member of crew) await addCrew(town, member);
  const bead = await givenBead(town);
  await slingApart(town, asked('ap-nothg'));
  const targets = [...crew.map(({ rig, name }) => `${rig}/crew/${name}`), ...Array.from({ length: 10 }, (_, i) => rigs[i % 4] ?? '')];
  const ended = await Promise.all(
    targets.map((target) => slingApart(town, asked(bead.id, target), { rigs: Object.fromEntries(rigs.map((rig) => [rig, ''])) })),
  );
  const winners = ended.filter(({ answer }) => answer !== undefined);
  assert.equal(winners.length, 1, ended.map(({ stderr }) => stderr).join(''));
  for (const { fault } of ended.filter((one) => !winners.includes(one))) {
    assert.equal(fault?.kind, 'conflict');
    assert.match(fault?.message ?? '', new RegExp(bead.id));
    assert.ok(fault?.hint !== undefined);
  }
  const winner = winners[0]?.answer?.agent ?? '';
  assert.deepEqual([(await getBead(town.store.db, bead.id)).hookedBy, (await readHook(town.store.db, winner)).bead?.id], [winner, bead.id]);
  assert.deepEqual(
    (await listAgents(town.store.db)).filter(({ desired }) => desired === 'running').map(({ address }) => address),
    [winner],
  );
  for (const rig of rigs) {
    const left = await listPolecats(town, rig);
    const own = winner.startsWith(`${rig}/polecats/`) ? 1 : 0;
    assert.deepEqual([left.rows.length, left.folders.length, left.worktrees.length, left.branches.length], [own, own, own, own], rig);
  }
  const molecules = await town.store.db.selectFrom('molecules').select('id').where('bead', '=', bead.id).execute();
  assert.equal(molecules.length, 1);
});

/** Where a sling may be killed, in its order; from the commit on the order stands. */
const before = [
  'sling.reserve.before',
  'sling.reserve.inside',
  'sling.reserve.after',
  'git.worktree-add.before',
  'git.worktree-add.made',
  'polecat.worktree.made',
  'polecat.worktree.inside',
  'polecat.worktree.after',
  'sling.worktree.after',
  'sling.setup.after',
  'sling.commit.before',
  'sling.commit.inside',
];

test('a sling that is killed before its commit is taken back whole, and the bead can be slung again (dispatch 6)', async (t) => {
  const town = await slingTown(t);
  for (const point of before) {
    const bead = await givenBead(town, point);
    const killed = await slingApart(town, asked(bead.id), { fault: `${point}=kill` });
    assert.equal(killed.signal, 'SIGKILL', `${point}: ${killed.stderr}`);
    const taken = await takeBackAbandoned(town);
    assert.deepEqual(taken, point.startsWith('sling.reserve') && point !== 'sling.reserve.after' ? [] : ['app/polecats/Toast'], point);
    assert.deepEqual(await listPolecats(town), noPolecats, point);
    assert.deepEqual([(await getBead(town.store.db, bead.id)).status, await readMoleculeOf(town.store.db, bead.id)], ['open', undefined], point);
  }
  const last = await givenBead(town);
  assert.equal((await slingApart(town, asked(last.id))).answer?.agent, 'app/polecats/Toast');
});

test('a sling that is killed after its commit stands, and nobody takes it back (dispatch 6)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  assert.equal((await slingApart(town, asked(bead.id), { fault: 'sling.commit.after=kill' })).signal, 'SIGKILL');
  assert.deepEqual(await takeBackAbandoned(town), []);
  const agent = await getAgent(town.store.db, 'app/polecats/Toast');
  assert.deepEqual([agent.desired, agent.spawningBead, (await readHook(town.store.db, agent.address)).bead?.id], ['running', null, bead.id]);
  assert.ok(existsSync(join(town.root, 'app/polecats/Toast/README.md')));
});

test('a sling that fails after its commit does not take back what is ordered (dispatch 4)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  const failed = await slingApart(town, asked(bead.id), { fault: 'sling.commit.after=error' });
  assert.match(failed.stderr, /sling\.commit\.after/);
  assert.equal((await readHook(town.store.db, 'app/polecats/Toast')).bead?.id, bead.id);
  assert.deepEqual((await listPolecats(town)).folders, ['Toast']);
});

test('the next sling of a bead takes back what a killed one left, with the setup that still runs there (dispatch 6)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  const pid = join(town.root, 'app/polecats/setup.pid');
  const setup = `setup = ["echo $$ > ${pid}; sleep 60"]\n`;
  const slow = slingApart(town, asked(bead.id), { rigs: { app: setup }, fault: 'sling.setup.after=kill' });
  const mark = await markOfFile(pid);
  // Its maker lives: nothing is taken back, and a second sling is told.
  assert.deepEqual(await takeBackAbandoned(town), []);
  const second = await slingApart(town, asked(bead.id));
  assert.match(second.fault?.message ?? '', /is being slung to "app\/polecats\/Toast"/);
  const spawner = (await getAgent(town.store.db, 'app/polecats/Toast')).spawner ?? '';
  process.kill(Number(spawner.split('|')[0]), 'SIGKILL');
  assert.equal((await slow).signal, 'SIGKILL');
  assert.ok(isAlive(mark), 'the setup command outlives the sling');
  const third = await slingApart(town, asked(bead.id));
  assert.equal(third.answer?.agent, 'app/polecats/Toast');
  assert.ok(!isAlive(mark));
});

test('what a killed sling left running is ended before its worktree is removed (dispatch 6)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  const pid = join(town.root, 'app/polecats/setup.pid');
  const slow = slingApart(town, asked(bead.id), { rigs: { app: `setup = ["echo $$ > ${pid}; sleep 60"]\n` } });
  const mark = await markOfFile(pid);
  process.kill(Number((await getAgent(town.store.db, 'app/polecats/Toast')).spawner?.split('|')[0]), 'SIGKILL');
  assert.equal((await slow).signal, 'SIGKILL');
  assert.deepEqual(await takeBackAbandoned(town), ['app/polecats/Toast']);
  assert.ok(!isAlive(mark));
});

/** Where the git of a sling is held: before it has written anything of the worktree, and in its checkout, while it keeps the worktree locked. */
const heldGits = [
  { where: 'about to write the record of its worktree', git: 'echo $$ > "$HELD"; sleep 60', smudge: undefined },
  { where: 'in its checkout', git: ':', smudge: 'echo $PPID > "$HELD"; sleep 60' },
];

for (const { where, git, smudge } of heldGits) {
  test(`the git of a killed sling that is ${where} is ended, and nothing of it is left (dispatch 6)`, async (t) => {
    const town = await slingTown(t);
    const { repository } = rigPaths(town.root, 'app');
    const [bead, pid] = [await givenBead(town), join(town.dir, 'git.pid')];
    const path = holdGit(town.dir, git.replace('$HELD', pid));
    if (smudge !== undefined) {
      plainGit(repository, 'config', 'filter.slow.smudge', smudge.replace('$HELD', pid));
      writeFiles(repository, { 'info/attributes': 'README.md filter=slow\n' });
    }
    const slow = slingApart(town, asked(bead.id), { path });
    const mark = await markOfFile(pid);
    process.kill(Number((await getAgent(town.store.db, 'app/polecats/Toast')).spawner?.split('|')[0]), 'SIGKILL');
    assert.equal((await slow).signal, 'SIGKILL');
    assert.ok(isAlive(mark), 'its git outlives the sling');
    assert.deepEqual(await takeBackAbandoned(town), ['app/polecats/Toast']);
    assert.ok(!isAlive(mark));
    assert.deepEqual(await listPolecats(town), noPolecats);
    assert.deepEqual(readdirSync(join(repository, 'baton-claims')), []);
  });
}

/** A folder with a `git` that does `before` first where it is to add a worktree; answers a PATH that begins with it. */
function holdGit(dir: string, before: string): string {
  const real = known(findProgram('git', process.env.PATH ?? ''), 'git');
  writeFiles(dir, { 'held/git': `#!/bin/sh\ncase " $* " in *" worktree add "*) ${before} ;; esac\nexec "${real}" "$@"\n` });
  chmodSync(join(dir, 'held/git'), 0o755);
  return `${join(dir, 'held')}:${process.env.PATH ?? ''}`;
}

test('one that was killed while it took its own sling back is gone on with (dispatch 6)', async (t) => {
  const town = await slingTown(t);
  for (const point of ['sling.undo.before', 'sling.undo.inside', 'sling.undo.after', 'polecat.clear.removed', 'polecat.free.inside']) {
    const bead = await givenBead(town, point);
    const killed = await slingApart(town, asked(bead.id), { rigs: { app: 'setup = ["false"]\n' }, fault: `${point}=kill` });
    assert.equal(killed.signal, 'SIGKILL', `${point}: ${killed.stderr}`);
    await takeBackAbandoned(town);
    await retirePolecats(town);
    assert.deepEqual(await listPolecats(town), noPolecats, point);
  }
});

async function markOfFile(path: string) {
  const readWhole = () => (existsSync(path) ? /^\d+(?=\n)/.exec(readFileSync(path, 'utf8'))?.[0] : undefined);
  const mark = markOf(Number(await eventually(readWhole, path)));
  assert.ok(mark !== undefined);
  return mark;
}
