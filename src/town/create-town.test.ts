import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isFault } from '#base';
import { readValues } from '#config';
import { hostIdentity, systemChance, systemClock } from '#host';
import { tempDir } from '#host/testing';
import { readEvents } from '#store';
import { createTown, findTown, isTown, listAgents, loadSettings, loadSnapshot, openPersonalTown, openTown, personalTownPath, townPaths } from './index.ts';
import { addTestRig, runVerbApart, testTown } from './testing.ts';

const deps = { clock: systemClock, chance: systemChance, host: hostIdentity() };
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function agentsOf(test: TestContext, root: string): Promise<string[]> {
  const { store } = await openTown({ clock: systemClock }, root);
  test.after(() => store.close());
  return (await listAgents(store.db)).map(({ address }) => address);
}

describe('createTown', () => {
  it('makes folders, private ones for one user alone, settings and a store with the first agents (town 5)', async (test) => {
    const dir = join(tempDir(test), 'a', 'town');
    const { kind, root } = await createTown(deps, { dir });
    assert.equal(kind, 'created');
    const paths = townPaths(root);
    for (const path of [paths.hidden, paths.run, paths.alive, paths.spoolNew, paths.bin, paths.logs, paths.transcripts]) assert.equal(mode(path), '700', path);
    for (const path of [paths.settings, paths.store]) assert.equal((statSync(path).mode & 0o077).toString(8), '0', path);
    assert.deepEqual({ ...readValues({ text: readFileSync(paths.settings, 'utf8'), place: 'town', name: 'baton.toml' }) }, {});
    assert.deepEqual(readdirSync(paths.making), []);
    assert.deepEqual(await agentsOf(test, root), ['overseer', 'mayor', 'deacon', 'boot']);
    const { store } = await openTown({ clock: systemClock }, root);
    test.after(() => store.close());
    assert.deepEqual(
      (await readEvents(store.db)).map(({ type }) => type),
      ['town_created', 'host_joined'],
    );
    assert.deepEqual(
      (await store.db.selectFrom('hosts').select('id').execute()).map(({ id }) => id),
      [deps.host.id],
    );
  });

  it('answers already, changing nothing, where there is a town (town 5)', async (test) => {
    const dir = tempDir(test);
    await createTown(deps, { dir });
    writeFileSync(join(dir, 'baton.toml'), 'capacity = 7\n');
    assert.deepEqual(await createTown(deps, { dir }), { kind: 'already', root: realpathSync(dir) });
    assert.equal(readFileSync(join(dir, 'baton.toml'), 'utf8'), 'capacity = 7\n');
  });

  it('leaves other files of the folder alone, and refuses where one is in the way (town 5)', async (test) => {
    const dir = tempDir(test);
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    mkdirSync(join(dir, 'mayor'));
    await createTown(deps, { dir });
    assert.equal(readFileSync(join(dir, 'notes.txt'), 'utf8'), 'mine');
    const conflict = (error: unknown) => isFault(error, 'conflict') && error.hint !== undefined;
    for (const name of ['baton.toml', 'deacon', '.baton']) {
      const other = tempDir(test);
      writeFileSync(join(other, name), 'x');
      await assert.rejects(createTown(deps, { dir: other }), conflict, name);
      assert.deepEqual(readdirSync(other), [name]);
    }
    await assert.rejects(createTown(deps, { dir: join(dir, 'notes.txt') }), conflict);
  });

  it('refuses a folder inside another town (town 5)', async (test) => {
    const outer = tempDir(test);
    await createTown(deps, { dir: outer });
    await assert.rejects(createTown(deps, { dir: join(outer, 'x', 'y') }), (error) => isFault(error, 'conflict') && error.message.includes(outer));
    assert.ok(!existsSync(join(outer, 'x')));
  });

  it('tells a folder that cannot be made with a hint (town 5)', async (test) => {
    const dir = tempDir(test);
    writeFileSync(join(dir, 'file'), '');
    await assert.rejects(createTown(deps, { dir: join(dir, 'file', 'town') }), (error) => isFault(error, 'unavailable') && error.hint !== undefined);
    await assert.rejects(createTown(deps, { dir: join(dir, 'x'.repeat(300)) }), (error) => isFault(error, 'unavailable'));
  });

  for (const point of [
    'init.folders.after',
    'init.rows.before',
    'init.rows.inside',
    'init.rows.after',
    'init.store.before',
    'init.store.after',
    'init.settings.after',
  ]) {
    it(`killed at ${point} leaves no half town, and is gone on with (town 5)`, async (test) => {
      const dir = join(tempDir(test), 'town');
      assert.equal((await runVerbApart('createTown', { dir }, { fault: `${point}=kill` })).signal, 'SIGKILL');
      assert.equal(isTown(dir), point === 'init.settings.after');
      const { kind, root } = await createTown(deps, { dir });
      assert.equal(kind, point === 'init.settings.after' ? 'already' : 'created');
      assert.deepEqual(await agentsOf(test, root), ['overseer', 'mayor', 'deacon', 'boot']);
      assert.deepEqual(readdirSync(townPaths(root).making), []);
    });
  }

  it('of ten at once makes one town (town 5)', async (test) => {
    const dir = join(tempDir(test), 'town');
    const answers = await Promise.all(Array.from({ length: 10 }, () => createTown(deps, { dir })));
    assert.ok(answers.every(({ root }) => root === answers[0]?.root));
    assert.equal((await agentsOf(test, dir)).length, 4);
    assert.deepEqual(readdirSync(townPaths(dir).making), []);
  });
});

describe('findTown', () => {
  it('takes the flag, then BATON_TOWN, then the nearest folder upwards (town 7)', async (test) => {
    const dir = realpathSync(tempDir(test));
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(async (name) => (await createTown(deps, { dir: join(dir, name) })).root));
    const below = join(c ?? '', 'x', 'y');
    mkdirSync(below, { recursive: true });
    assert.equal(findTown({ env: { BATON_TOWN: b }, cwd: below, flag: '../../../a' }), a);
    assert.equal(findTown({ env: { BATON_TOWN: b }, cwd: below }), b);
    assert.equal(findTown({ env: { BATON_TOWN: '' }, cwd: below }), c);
    assert.equal(findTown({ env: {}, cwd: dir }), undefined);
    symlinkSync(c ?? '', join(dir, 'link'));
    assert.equal(findTown({ env: {}, cwd: join(dir, 'link') }), c);
  });

  it('tells a named folder that is no town (town 7)', (test) => {
    const dir = tempDir(test);
    assert.throws(
      () => findTown({ env: {}, cwd: dir, flag: 'gone' }),
      (error) => isFault(error, 'not-found') && error.message.includes('"gone"'),
    );
    assert.throws(
      () => findTown({ env: { BATON_TOWN: '/gone' }, cwd: dir }),
      (error) => isFault(error, 'not-found') && error.message.includes('BATON_TOWN'),
    );
  });
});

describe('openTown', () => {
  it('makes the personal town silently where XDG_DATA_HOME or HOME says, also inside another town (town 7)', async (test) => {
    const home = realpathSync(tempDir(test));
    assert.equal(personalTownPath({ HOME: home, XDG_DATA_HOME: 'relative' }), join(home, '.local', 'share', 'baton'));
    assert.equal(personalTownPath({ HOME: home, XDG_DATA_HOME: '/data' }), '/data/baton');
    assert.throws(
      () => personalTownPath({}),
      (error) => isFault(error, 'unavailable'),
    );
    await createTown(deps, { dir: home });
    for (const _ of [1, 2]) {
      const { root, store, settings } = await openPersonalTown({ ...deps, env: { HOME: home, BATON_CAPACITY: '3' } });
      await store.close();
      assert.equal(root, join(home, '.local', 'share', 'baton'));
      assert.equal(settings.get('capacity'), 3);
      assert.equal(mode(root), '700');
    }
  });

  it('tells broken settings before it opens the store (town 8)', async (test) => {
    const { root } = await createTown(deps, { dir: tempDir(test) });
    writeFileSync(join(root, 'baton.toml'), 'capacity = "many"\n');
    await assert.rejects(openTown({ clock: systemClock }, root), (error) => isFault(error, 'invalid') && error.message.includes('baton.toml'));
  });
});

describe('settings of a town', () => {
  it('come from baton.toml and every rig.toml, and their snapshot is fresh until one of them changes (town 8)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const { root } = town;
    writeFileSync(join(root, 'baton.toml'), 'capacity = 7\n');
    writeFileSync(join(root, 'app', 'rig.toml'), 'target = "main"\ncapacity = 9\n');
    assert.equal(loadSnapshot({}, root), undefined, 'stale');
    assert.equal(loadSettings({}, root).get('capacity', { rig: 'app' }), 9);
    assert.equal(mode(townPaths(root).snapshot), '600');
    const read = loadSnapshot({ env: { BATON_SHIMS: 'off' } }, root);
    assert.deepEqual([read?.get('capacity'), read?.get('capacity', { rig: 'app' }), read?.get('shims')], [7, 9, 'off']);
    const before = readFileSync(townPaths(root).snapshot, 'utf8');
    utimesSync(join(root, 'app', 'rig.toml'), 1, 1);
    assert.equal(loadSnapshot({}, root), undefined, 'a touched file');
    loadSettings({ env: { BATON_CAPACITY: '1' } }, root);
    assert.notEqual(readFileSync(townPaths(root).snapshot, 'utf8'), before);
    assert.equal(loadSnapshot({}, root)?.get('capacity'), 7, 'the environment is not part of it');
  });

  it('have no snapshot where it is missing or torn (town 8)', async (test) => {
    const { root } = await testTown(test);
    assert.equal(loadSnapshot({}, root), undefined);
    loadSettings({}, root);
    assert.notEqual(loadSnapshot({}, root), undefined);
    writeFileSync(townPaths(root).snapshot, '{"version":1,');
    assert.equal(loadSnapshot({}, root), undefined);
  });

  it('know a rig that was added meanwhile (town 8)', async (test) => {
    const town = await testTown(test);
    loadSettings({}, town.root);
    await addTestRig(town);
    assert.notEqual(loadSnapshot({}, town.root), undefined);
    writeFileSync(join(town.root, 'app', 'rig.toml'), 'capacity = 9\n');
    assert.equal(loadSnapshot({}, town.root), undefined);
  });
});
