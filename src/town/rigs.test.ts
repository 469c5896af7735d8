import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readSettings } from '#config';
import { commitFiles, makeSource, plainGit, writeFiles } from '#git/testing';
import { readEvents } from '#store';
import {
  addCrew,
  addRig,
  getRig,
  listAgents,
  listRigs,
  publishBranch,
  publishRig,
  removeRig,
  reservePolecatRow,
  rigPaths,
  showRig,
  syncRig,
  townPaths,
} from './index.ts';
import { addTestRig, isFaultWith, runVerbApart, seedAgentSession, seedBead, type TestTown, testTown } from './testing.ts';

describe('reading rigs', () => {
  it('hints at the nearest name (town 9)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await assert.rejects(getRig(town.store.db, 'apq'), isFaultWith('not-found', '"apq"', '"app"'));
    await assert.rejects(showRig(town, 'zzzzzzz'), isFaultWith('not-found', 'rig list'));
  });
});

describe('syncRig', () => {
  it('moves the target forward, and only tells where it has diverged (town 10)', async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    assert.equal((await syncRig(town, 'app')).forwarded.kind, 'up-to-date');
    assert.equal((await readEvents(town.store.db, { types: ['rig_synced'] })).length, 0, 'nothing happened');
    const head = commitFiles(source, 'second', { 'b.txt': 'b' });
    assert.equal((await syncRig(town, 'app')).forwarded.kind, 'forwarded');
    assert.equal((await showRig(town, 'app')).head, head);
    assert.equal((await readEvents(town.store.db, { types: ['rig_synced'] })).length, 1);
    plainGit(source, 'reset', '--quiet', '--hard', 'HEAD~1');
    commitFiles(source, 'another', { 'c.txt': 'c' });
    assert.deepEqual((await syncRig(town, 'app')).forwarded, { kind: 'diverged', aheadCount: 1, behindCount: 1 });
    assert.equal((await showRig(town, 'app')).head, head);
  });

  it('takes up a changed target setting and guards it, or says that there is no such branch (town 10)', async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    plainGit(source, 'branch', 'develop');
    const settings = (target: string) => readSettings({ town: '', rigs: { app: `target = "${target}"\n` } });
    const synced = await syncRig({ ...town, settings: settings('develop') }, 'app');
    assert.deepEqual([synced.rig.target, synced.formerTarget], ['develop', 'main']);
    const shown = await showRig(town, 'app');
    assert.deepEqual([shown.rig.target, shown.isGuarded, shown.head !== undefined], ['develop', true, true]);
    await assert.rejects(syncRig({ ...town, settings: settings('nowhere') }, 'app'), isFaultWith('not-found', '"nowhere"'));
  });

  it('tells a source that is gone, and a rig without one has nothing to fetch (town 10)', async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    execFileSync('mv', [source, `${source}-gone`]);
    await assert.rejects(syncRig(town, 'app'), isFaultWith('unavailable', source));
    await addRig(town, { name: 'new', cwd: town.dir, create: true });
    assert.equal((await syncRig(town, 'new')).fetched.kind, 'no-origin');
  });
});

describe('publishRig', () => {
  async function published(test: TestContext, publish: string): Promise<{ town: TestTown; source: string; dir: string }> {
    const town = await testTown(test, { rig: `publish = "${publish}"\n` });
    const source = join(town.dir, 'hub.git');
    plainGit(makeSource(join(town.dir, 'seed')), 'clone', '--quiet', '--bare', '.', source);
    await addRig(town, { name: 'app', source, cwd: town.dir });
    const crew = await addCrew(town, { rig: 'app', name: 'max' });
    commitFiles(crew.worktree ?? '', 'work', { 'w.txt': 'w' });
    return { town, source, dir: crew.worktree ?? '' };
  }

  it('refuses where nothing may be published, and says how to allow it (town 10)', async (test) => {
    const { town, source } = await published(test, 'none');
    await assert.rejects(publishRig(town, 'app'), isFaultWith('invalid', '"publish"', 'config set publish branches --rig app'));
    assert.equal(plainGit(source, 'for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  });

  it("pushes agents' branches, rewritten ones too, and verifies them; the target only where it is allowed (town 10)", async (test) => {
    const { town, source, dir } = await published(test, 'branches');
    const outcomes = async (deps: TestTown) => (await publishRig(deps, 'app')).map(({ branch, outcome }) => [branch, outcome.kind]);
    assert.deepEqual(await outcomes(town), [['crew/max', 'pushed']]);
    assert.equal(plainGit(source, 'rev-parse', 'crew/max'), plainGit(dir, 'rev-parse', 'HEAD'));
    assert.deepEqual(await outcomes(town), [['crew/max', 'current']]);
    plainGit(dir, 'commit', '--quiet', '--amend', '-m', 'reworded');
    assert.deepEqual(await outcomes(town), [['crew/max', 'pushed']]);
    assert.deepEqual((await readEvents(town.store.db, { types: ['rig_published'] })).length, 2);
    const settings = readSettings({ town: '', rigs: { app: 'publish = "target"\n' } });
    assert.deepEqual(await outcomes({ ...town, settings }), [
      ['crew/max', 'current'],
      ['main', 'current'],
    ]);
    const other = join(town.dir, 'other');
    plainGit(town.dir, 'clone', '--quiet', source, other);
    commitFiles(other, 'theirs', { 't.txt': 't' });
    plainGit(other, 'push', '--quiet', 'origin', 'main');
    assert.deepEqual(await outcomes({ ...town, settings }), [
      ['crew/max', 'current'],
      ['main', 'rejected'],
    ]);
  });

  it('pushes one branch by itself, and tells one that is gone (town 10)', async (test) => {
    const { town, source, dir } = await published(test, 'branches');
    assert.equal((await publishBranch(town, { rig: 'app', branch: 'crew/max' })).kind, 'pushed');
    assert.equal(plainGit(source, 'rev-parse', 'crew/max'), plainGit(dir, 'rev-parse', 'HEAD'));
    assert.equal((await publishBranch(town, { rig: 'app', branch: 'crew/max' })).kind, 'current');
    await assert.rejects(publishBranch(town, { rig: 'app', branch: 'crew/ana' }), isFaultWith('not-found', '"crew/ana"', 'landed'));
  });

  it('tells a rig without a source (town 10)', async (test) => {
    const town = await testTown(test);
    await addRig(town, { name: 'app', cwd: town.dir, create: true });
    const settings = readSettings({ town: 'publish = "target"\n' });
    await assert.rejects(publishRig({ ...town, settings }, 'app'), isFaultWith('unsupported', '"app"'));
  });
});

describe('removeRig', () => {
  it('puts the rig away with all it holds, uncommitted work preserved, and its name can be taken up again (town 11)', async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    const crew = await addCrew(town, { rig: 'app', name: 'max' });
    writeFiles(crew.worktree ?? '', { 'draft.txt': 'unsaved' });
    await assert.rejects(removeRig(town, { name: 'app' }), isFaultWith('conflict', 'app/crew/max', 'uncommitted'));
    const removed = await removeRig(town, { name: 'app', isForced: true });
    assert.deepEqual(removed.preservedRefs, ['refs/baton/preserved/app-crew-max']);
    assert.ok(removed.movedTo?.startsWith(townPaths(town.root).removed));
    assert.ok(!existsSync(join(town.root, 'app')));
    assert.equal(plainGit(join(removed.movedTo ?? '', 'repo.git'), 'show', 'refs/baton/preserved/app-crew-max:draft.txt'), 'unsaved');
    assert.equal(readFileSync(join(removed.movedTo ?? '', 'crew', 'max', 'draft.txt'), 'utf8'), 'unsaved');
    assert.deepEqual([await listRigs(town.store.db), await listAgents(town.store.db, { rig: 'app' })], [[], []]);
    await assert.rejects(removeRig(town, { name: 'app' }), isFaultWith('not-found', '"app"'));
    await assert.rejects(addCrew(town, { rig: 'app', name: 'max' }), isFaultWith('not-found', '"app"'));
    const again = await addRig(town, { name: 'APP', source, cwd: town.dir });
    assert.deepEqual([again.rig.name, again.rig.prefix], ['app', 'ap']);
    assert.deepEqual(
      (await listAgents(town.store.db, { rig: 'app' })).map(({ address }) => address),
      ['app/witness', 'app/refinery'],
    );
  });

  it('keeps panes single where a name comes back with another prefix (town 3)', async (test) => {
    const town = await testTown(test);
    const { source } = await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await removeRig(town, { name: 'app' });
    await assert.rejects(addRig(town, { name: 'apple', source, prefix: 'ap', cwd: town.dir }), isFaultWith('conflict', '"ap"'));
    await addRig(town, { name: 'app', source, prefix: 'zz', cwd: town.dir });
    await addRig(town, { name: 'apple', source, prefix: 'ap', cwd: town.dir });
    assert.equal((await addCrew(town, { rig: 'apple', name: 'max' })).pane, 'ap-crew-max');
    assert.equal((await addCrew(town, { rig: 'app', name: 'MAX' })).pane, 'zz-crew-max');
  });

  it('refuses while agents run, even forced, and while beads hang or polecats are made (town 11)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'max' });
    await seedBead(town, 'ap-00001', 'app/crew/max');
    await assert.rejects(removeRig(town, { name: 'app' }), isFaultWith('conflict', 'ap-00001 hangs on app/crew/max'));
    await town.store.change(town.by, async (tx, at) => reservePolecatRow(tx, at, { rig: 'app', bead: 'ap-00002', spawner: 'x' }));
    await assert.rejects(removeRig(town, { name: 'app' }), isFaultWith('conflict', 'app/polecats/Toast is being made for ap-00002'));
    await seedAgentSession(town, 'sess_0a1b2c3d', 'app/crew/max');
    await assert.rejects(removeRig(town, { name: 'app', isForced: true }), isFaultWith('conflict', 'app/crew/max runs (sess_0a1b2c3d)', 'rig stop app'));
    assert.equal((await getRig(town.store.db, 'app')).removedAt, null);
    assert.ok(existsSync(rigPaths(town.root, 'app').repository));
  });

  for (const point of ['rig.remove.preserved', 'rig.remove.inside', 'rig.remove.after', 'rig.remove.moved']) {
    it(`killed at ${point} loses nothing, and remove or add go on from there (town 11)`, async (test) => {
      const town = await testTown(test);
      const { source } = await addTestRig(town);
      const crew = await addCrew(town, { rig: 'app', name: 'max' });
      const head = commitFiles(crew.worktree ?? '', 'work', { 'w.txt': 'w' });
      assert.equal((await runVerbApart('removeRig', { name: 'app' }, { root: town.root, fault: `${point}=kill` })).signal, 'SIGKILL');
      const isRowGone = point === 'rig.remove.after' || point === 'rig.remove.moved';
      assert.equal((await listRigs(town.store.db)).length, isRowGone ? 0 : 1);
      if (point === 'rig.remove.after') await addRig(town, { name: 'app', source, cwd: town.dir });
      else if (!isRowGone) await removeRig(town, { name: 'app' });
      const [kept, ...others] = readdirSync(townPaths(town.root).removed);
      assert.deepEqual(others, []);
      assert.equal(plainGit(join(townPaths(town.root).removed, kept ?? '', 'repo.git'), 'rev-parse', 'crew/max'), head);
    });
  }
});
