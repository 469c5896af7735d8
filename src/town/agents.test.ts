import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Bug, isFault } from '#base';
import { commitFiles, plainGit, writeFiles } from '#git/testing';
import { readEvents } from '#store';
import {
  type Agent,
  addCrew,
  addRig,
  findAgent,
  getAgent,
  listAgents,
  removeCrew,
  reservePolecatRow,
  rigPaths,
  setDesiredRow,
  setStartOrderRow,
  townPaths,
} from './index.ts';
import { addTestRig, endAgentSession, isFaultWith, runVerbApart, seedAgentSession, seedBead, type TestTown, testTown } from './testing.ts';

async function addPolecat(town: TestTown, rig: string, bead: string, name: string): Promise<Agent> {
  const answer = await town.store.change(town.by, async (tx, at) => reservePolecatRow(tx, at, { rig, bead, spawner: 'x', name }));
  assert.equal(answer.kind, 'reserved');
  return getAgent(town.store.db, `${rig}/polecats/${name}`);
}

describe('addCrew', () => {
  it('gives a member a row and a worktree on its branch from the target (town 12)', async (test) => {
    const town = await testTown(test);
    const { head } = await addTestRig(town);
    const crew = await addCrew(town, { rig: 'APP', name: 'Max' });
    assert.deepEqual(
      [crew.address, crew.pane, crew.desired, crew.branch, crew.worktree],
      ['app/crew/Max', 'ap-crew-Max', 'stopped', 'crew/Max', join(town.root, 'app', 'crew', 'Max')],
    );
    assert.deepEqual([plainGit(crew.worktree ?? '', 'rev-parse', 'HEAD'), plainGit(crew.worktree ?? '', 'branch', '--show-current')], [head, 'crew/Max']);
    assert.deepEqual(
      (await readEvents(town.store.db, { types: ['crew_added'] })).map(({ agent, rig }) => [agent, rig]),
      [['app/crew/Max', 'app']],
    );
  });

  it('adds nobody whose worktree could not be prepared, and goes on with it when asked again (town 12)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const prepared: string[] = [];
    const failing = async () => {
      throw new Error('no such package');
    };
    await assert.rejects(addCrew(town, { rig: 'app', name: 'max' }, failing), /no such package/);
    assert.deepEqual(await listAgents(town.store.db, { role: 'crew' }), []);
    const { worktree } = await addCrew(town, { rig: 'app', name: 'max' }, async (dir, rig) => void prepared.push(dir, rig.name));
    assert.deepEqual(prepared, [worktree, 'app']);
  });

  it('refuses bad and taken names, an unknown rig, and a folder that is in the way (town 12)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await assert.rejects(addCrew(town, { rig: 'app', name: '../x' }), isFaultWith('invalid', '"../x"'));
    await assert.rejects(addCrew(town, { rig: 'app', name: 'Witness' }), isFaultWith('invalid', '"Witness"'));
    await assert.rejects(addCrew(town, { rig: 'app', name: 'MAX' }), isFaultWith('conflict', '"app/crew/max"'));
    await assert.rejects(addCrew(town, { rig: 'apq', name: 'x' }), isFaultWith('not-found', '"app"'));
    writeFiles(join(town.root, 'app', 'crew', 'eve'), { 'mine.txt': 'mine' });
    await assert.rejects(addCrew(town, { rig: 'app', name: 'eve' }), isFaultWith('conflict', 'eve'));
    assert.equal(readFileSync(join(town.root, 'app', 'crew', 'eve', 'mine.txt'), 'utf8'), 'mine');
    assert.deepEqual(
      (await listAgents(town.store.db, { role: 'crew' })).map(({ name }) => name),
      ['max'],
    );
  });

  for (const point of ['git.worktree-add.made', 'crew.add.worktree', 'crew.add.inside', 'crew.add.after']) {
    it(`killed at ${point} can be done again (town 12)`, async (test) => {
      const town = await testTown(test);
      await addTestRig(town);
      assert.equal((await runVerbApart('addCrew', { rig: 'app', name: 'max' }, { root: town.root, fault: `${point}=kill` })).signal, 'SIGKILL');
      if (point === 'crew.add.after') await assert.rejects(addCrew(town, { rig: 'app', name: 'max' }), isFaultWith('conflict', 'max'));
      else await addCrew(town, { rig: 'app', name: 'max' });
      assert.equal(plainGit((await getAgent(town.store.db, 'app/crew/max')).worktree ?? '', 'branch', '--show-current'), 'crew/max');
    });
  }

  it('has one winner where many add one name at once (town 12)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const ends = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => addCrew(town, { rig: 'app', name: i % 2 === 0 ? 'max' : 'Max' })));
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.ok(ends.every((end) => end.status === 'fulfilled' || isFault(end.reason, 'conflict')));
    assert.equal((await listAgents(town.store.db, { role: 'crew' })).length, 1);
  });
});

describe('removeCrew', () => {
  it('preserves what was not committed under the last session, keeps the branch, and the name can come back (town 13)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const crew = await addCrew(town, { rig: 'app', name: 'max' });
    const head = commitFiles(crew.worktree ?? '', 'work', { 'w.txt': 'w' });
    writeFiles(crew.worktree ?? '', { 'draft.txt': 'unsaved' });
    await seedAgentSession(town, 'sess_0a1b2c3d', crew.address);
    await endAgentSession(town, 'sess_0a1b2c3d');
    const removed = await removeCrew(town, { agent: 'app/crew/MAX' });
    assert.deepEqual(removed, { preservedRef: 'refs/baton/preserved/sess_0a1b2c3d', movedTo: undefined, ignored: [] });
    const repo = rigPaths(town.root, 'app').repository;
    assert.equal(plainGit(repo, 'show', 'refs/baton/preserved/sess_0a1b2c3d:draft.txt'), 'unsaved');
    assert.equal(plainGit(repo, 'rev-parse', 'crew/max'), head);
    assert.ok(!existsSync(crew.worktree ?? ''));
    assert.notEqual((await getAgent(town.store.db, crew.address)).retiredAt, null);
    await assert.rejects(removeCrew(town, { agent: crew.address }), isFaultWith('not-found', 'removed before'));
    const again = await addCrew(town, { rig: 'app', name: 'MAX' });
    assert.deepEqual([again.address, again.retiredAt, plainGit(again.worktree ?? '', 'rev-parse', 'HEAD')], [crew.address, null, head]);
  });

  it('refuses while the member runs or a bead hangs, and other agents (town 13)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const { address, worktree } = await addCrew(town, { rig: 'app', name: 'max' });
    await seedBead(town, 'ap-00001', address);
    await seedAgentSession(town, 'sess_0a1b2c3d', address);
    await assert.rejects(removeCrew(town, { agent: address }), isFaultWith('conflict', 'ap-00001 hangs', 'sess_0a1b2c3d'));
    await assert.rejects(removeCrew(town, { agent: 'app/witness' }), isFaultWith('invalid', 'app/witness'));
    await assert.rejects(removeCrew(town, { agent: 'app/crew/nobody' }), isFaultWith('not-found', 'nobody'));
    assert.ok(existsSync(worktree ?? ''));
  });

  it('refuses a locked worktree before it changes anything (town 13)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const { address, worktree } = await addCrew(town, { rig: 'app', name: 'max' });
    plainGit(worktree ?? '', 'worktree', 'lock', '--reason', 'mine', '.');
    await assert.rejects(removeCrew(town, { agent: address }), isFaultWith('conflict', 'locked', 'mine'));
    assert.equal((await getAgent(town.store.db, address)).retiredAt, null);
  });

  it('moves away what git cannot keep, and does not delete it (town 13)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const nested = await addCrew(town, { rig: 'app', name: 'nested' });
    mkdirSync(join(nested.worktree ?? '', 'inner'));
    plainGit(join(nested.worktree ?? '', 'inner'), 'init', '--quiet');
    commitFiles(join(nested.worktree ?? '', 'inner'), 'inner work', { 'i.txt': 'i' });
    const broken = await addCrew(town, { rig: 'app', name: 'broken' });
    writeFileSync(join(broken.worktree ?? '', 'draft.txt'), 'unsaved');
    rmSync(join(broken.worktree ?? '', '.git'));
    const moved = [(await removeCrew(town, { agent: nested.address })).movedTo ?? '', (await removeCrew(town, { agent: broken.address })).movedTo ?? ''];
    assert.ok(moved.every((path) => path.startsWith(townPaths(town.root).removed)));
    assert.equal(readFileSync(join(moved[0] ?? '', 'inner', 'i.txt'), 'utf8'), 'i');
    assert.equal(readFileSync(join(moved[1] ?? '', 'draft.txt'), 'utf8'), 'unsaved');
    assert.deepEqual(readdirSync(rigPaths(town.root, 'app').crew), []);
    assert.equal((await addCrew(town, { rig: 'app', name: 'broken' })).retiredAt, null);
  });

  for (const point of [
    'crew.remove.before',
    'crew.remove.inside',
    'crew.remove.after',
    'worktree.clear.preserved',
    'git.worktree-remove.folder',
    'worktree.clear.after',
  ]) {
    it(`killed at ${point} loses nothing and can be done again (town 13)`, async (test) => {
      const town = await testTown(test);
      await addTestRig(town);
      const { address, worktree } = await addCrew(town, { rig: 'app', name: 'max' });
      writeFiles(worktree ?? '', { 'draft.txt': 'unsaved' });
      assert.equal((await runVerbApart('removeCrew', { agent: address }, { root: town.root, fault: `${point}=kill` })).signal, 'SIGKILL');
      if (existsSync(worktree ?? '')) await removeCrew(town, { agent: address });
      assert.equal(plainGit(rigPaths(town.root, 'app').repository, 'show', 'refs/baton/preserved/app-crew-max:draft.txt'), 'unsaved');
      assert.notEqual((await getAgent(town.store.db, address)).retiredAt, null);
      assert.ok(!existsSync(worktree ?? ''));
      await addCrew(town, { rig: 'app', name: 'max' });
    });
  }
});

describe('findAgent', () => {
  it('finds by address, by name within a rig, by bare name and role, by pane and alias, in any case (town 14)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await addPolecat(town, 'app', 'ap-00001', 'Toast');
    const texts: [text: string, address: string][] = [
      ['mayor/', 'mayor'],
      ['Overseer', 'overseer'],
      ['App/Witness', 'app/witness'],
      ['app/crew/MAX/', 'app/crew/max'],
      ['app/max', 'app/crew/max'],
      ['app/toast', 'app/polecats/Toast'],
      ['toast', 'app/polecats/Toast'],
      ['witness', 'app/witness'],
      ['crew', 'app/crew/max'],
      ['polecat', 'app/polecats/Toast'],
      ['ap-Toast', 'app/polecats/Toast'],
      ['hq-deacon', 'deacon'],
      ['gt-app-crew-max', 'app/crew/max'],
      ['gt-mayor', 'mayor'],
    ];
    for (const [text, address] of texts) assert.equal((await findAgent(town.store.db, text)).address, address, text);
  });

  it("lists the candidates of an ambiguous word, and the caller's rig decides (town 14)", async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    await addRig(town, { name: 'web', source, cwd: town.dir });
    for (const rig of ['app', 'web']) await addCrew(town, { rig, name: 'max' });
    await addPolecat(town, 'web', 'we-00001', 'Max');
    await assert.rejects(
      findAgent(town.store.db, 'witness'),
      (error) =>
        isFault(error, 'conflict') &&
        assert.deepEqual(error.details, { candidates: ['app/witness', 'web/witness'] }) === undefined &&
        isFaultWith('conflict', 'app/witness')(error),
    );
    await assert.rejects(findAgent(town.store.db, 'web/max'), isFaultWith('conflict', 'web/crew/max', 'web/polecats/Max'));
    assert.equal((await findAgent(town.store.db, 'witness', { rig: 'WEB' })).address, 'web/witness');
    assert.equal((await findAgent(town.store.db, 'max', { rig: 'app' })).address, 'app/crew/max');
    assert.equal((await findAgent(town.store.db, 'mayor', { rig: 'app' })).address, 'mayor');
  });

  it('says not found, with the nearest name, also for what no name can be (town 14)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await assert.rejects(findAgent(town.store.db, 'mayr'), isFaultWith('not-found', '"mayr"', '"mayor"'));
    await assert.rejects(findAgent(town.store.db, 'app/crew/mox'), isFaultWith('not-found', '"app/crew/max"'));
    for (const text of ['', '../..', '$(reboot)', "'; drop table agents; --", 'a\nb', 'x'.repeat(500)])
      await assert.rejects(findAgent(town.store.db, text), isFaultWith('not-found'), text);
    await removeCrew(town, { agent: 'app/crew/max' });
    await assert.rejects(findAgent(town.store.db, 'app/crew/max'), isFaultWith('not-found'));
    assert.equal((await getAgent(town.store.db, 'APP/crew/max/')).address, 'app/crew/max');
  });
});

describe('orders', () => {
  it('write what is wanted and how, once, and keep the values of extra environment out of the journal (town 15)', async (test) => {
    const town = await testTown(test);
    const order = { topic: 'assigned', sender: 'overseer', env: { TOKEN: 'secret' }, orderedAt: 5 };
    const give = () =>
      town.store.change(town.by, async (tx, at) => ({
        answer: undefined,
        events: [...(await setStartOrderRow(tx, at, { agent: 'mayor', order })), ...(await setDesiredRow(tx, at, { agent: 'mayor', desired: 'running' }))],
      }));
    await give();
    await give();
    const mayor = await getAgent(town.store.db, 'mayor');
    assert.deepEqual([mayor.desired, mayor.startOrder], ['running', order]);
    const events = await readEvents(town.store.db, { agent: 'mayor' });
    assert.deepEqual(
      events.map(({ type, payload }) => [type, payload.desired ?? payload.env]),
      [
        ['start_ordered', ['TOKEN']],
        ['agent_wanted', 'running'],
      ],
    );
    assert.ok(!JSON.stringify(events).includes('secret'));
  });

  it('never start a retired agent (town 15)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await removeCrew(town, { agent: 'app/crew/max' });
    const start = town.store.change(town.by, async (tx, at) => ({
      answer: undefined,
      events: await setDesiredRow(tx, at, { agent: 'app/crew/max', desired: 'running' }),
    }));
    await assert.rejects(start, Bug);
  });
});
