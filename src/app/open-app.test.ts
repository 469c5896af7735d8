import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSource } from '#git/testing';
import { markOf, modifiedAt } from '#host';
import { tempDir } from '#host/testing';
import { givenSession, givenStarted } from '#sessions/testing';
import { addCrew, addRig, setDesiredRow } from '#town';
import { isFaultWith } from '#town/testing';
import { createBead, getFormula, hookBead, pourMolecule } from '#work';
import { keepAlive, whoCalls } from './caller.ts';
import { findPrograms } from './find-programs.ts';
import { liveSettings } from './live-settings.ts';
import { openApp } from './open-app.ts';
import { readStatus } from './read-status.ts';
import { appTown, fakePrograms } from './testing.ts';

const homeOf = (dir: string) => ({ PATH: process.env.PATH, HOME: dir, XDG_RUNTIME_DIR: dir, TMUX_TMPDIR: dir });

test('outside every town what needs one says how to make one, and what needs none works (app 5)', async (t) => {
  const dir = tempDir(t);
  const place = { env: homeOf(dir), cwd: dir };
  await assert.rejects(openApp(place, 'town'), isFaultWith('not-found', dir, 'baton init', '--town'));
  const app = await openApp(place, 'none');
  assert.throws(() => app.beads, isFaultWith('not-found', dir, 'baton init'));
  const { kind, root } = await app.outside.createTown(join(dir, 'town'));
  assert.equal(kind, 'created');
  await app.close();
  const inside = await openApp({ ...place, cwd: join(root, 'mayor') }, 'town');
  assert.deepEqual([inside.town.root, (await inside.town.status()).agents.map(({ agent }) => agent)], [root, ['mayor', 'deacon', 'boot']]);
  await inside.close();
});

test("the person's own town is made silently where it is needed, and a town around the caller goes before it (app 5)", async (t) => {
  const dir = tempDir(t);
  const own = join(dir, '.local/share/baton');
  const app = await openApp({ env: homeOf(dir), cwd: dir }, 'personal');
  assert.equal(app.town.root, own);
  assert.equal((await app.config.get({ key: 'default_agent' })).value, 'claude');
  await app.close();
  assert.equal(statSync(own).mode & 0o777, 0o700);
  const town = await appTown(t);
  const near = await openApp({ env: homeOf(dir), cwd: town.root }, 'personal');
  assert.equal(near.town.root, town.root);
  await near.close();
});

test('a session writes as its agent, everybody else as the person (app 5)', () => {
  assert.deepEqual(whoCalls({ BATON_SESSION: 'sess_0a1b2c3d', BATON_AGENT: 'app/crew/max' }), { actor: 'app/crew/max', session: 'sess_0a1b2c3d' });
  for (const env of [{}, { BATON_SESSION: '', BATON_AGENT: 'app/crew/max' }, { BATON_SESSION: 'sess_0a1b2c3d' }, { BATON_AGENT: 'app/crew/max' }])
    assert.deepEqual(whoCalls(env), { actor: 'overseer' });
});

test('every command of a session is a sign of its life, a file and no row; no name leaves its folder (app 5)', async (t) => {
  const town = await appTown(t);
  const by = { actor: 'mayor', session: 'sess_0a1b2c3d' };
  const path = join(town.paths.alive, by.session);
  keepAlive({ ...town, by });
  utimesSync(path, 1, 1);
  keepAlive({ ...town, by });
  assert.ok(Math.abs((modifiedAt(path) ?? 0) - Date.now()) < 10_000);
  for (const session of ['../../evil', 'sess_0a1b2c3', 'sess_0A1B2C3D']) keepAlive({ ...town, by: { ...by, session } });
  assert.ok(!existsSync(join(town.paths.hidden, 'evil')));
  keepAlive({ ...town, by, paths: { ...town.paths, alive: join(town.dir, 'nowhere') } });
  assert.equal(await town.store.db.selectFrom('events').select('seq').where('actor', '=', 'mayor').executeTakeFirst(), undefined);
});

test('programs are those of a test, else beside the one that runs, else of the checkout (app 1)', (t) => {
  const dir = tempDir(t);
  const [dist, other] = [fakePrograms(join(dir, 'dist')).dir, fakePrograms(join(dir, 'other')).dir];
  mkdirSync(join(dir, 'src/cli'), { recursive: true });
  writeFileSync(join(dir, 'src/cli/main.ts'), '');
  assert.equal(findPrograms({ BATON_TEST_DIST: other }, join(dist, 'baton.cjs')).dir, other);
  assert.equal(findPrograms({}, join(dist, 'baton.cjs')).dir, dist);
  assert.equal(findPrograms({}, join(dir, 'src/cli/main.ts')).dir, dist);
});

test('the status tells each agent as it is now: what hangs, the step, whether its program lives (app 7)', async (t) => {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  for (const name of ['max', 'ana', 'bob', 'eve']) await addCrew(town, { rig: 'app', name });
  const bead = await createBead(town, { title: 'Mend the roof', rig: 'app' });
  await pourMolecule(town, { bead: bead.id, formula: await getFormula(town, 'work') });
  await hookBead(town, { bead: bead.id, agent: 'app/crew/max' });
  const host = town.host.id;
  const own = markOf(process.pid) ?? assert.fail();
  await givenStarted(town, 'app/crew/max', { host, process: own });
  await givenStarted(town, 'app/crew/ana', { host, process: { pid: own.pid, start: 'another-00000000' } });
  await givenSession(town, 'app/crew/bob', { host });
  await town.store.change(town.by, async (tx, at) => ({
    answer: undefined,
    events: await setDesiredRow(tx, at, { agent: 'app/crew/eve', desired: 'running' }),
  }));
  const { agents, rigs, daemon, escalations } = await readStatus(town);
  const of = (name: string) => agents.find(({ agent }) => agent === `app/crew/${name}`);
  const { state, step, title, stepsDone, stepCount, generation, pid } = of('max') ?? assert.fail();
  assert.deepEqual(
    [state, step, title, stepsDone, stepCount, generation, pid],
    ['priming', { id: 'load-context', position: 1 }, 'Mend the roof', 0, 4, 1, process.pid],
  );
  assert.deepEqual([of('ana')?.state, of('bob')?.state, of('eve')?.state], ['unknown', 'starting', 'waiting-to-start']);
  assert.ok(!agents.some(({ agent }) => agent === 'overseer'));
  assert.deepEqual(rigs, [{ name: 'app', prefix: rigs[0]?.prefix, target: 'main', state: 'open' }]);
  assert.deepEqual([daemon.isRunning, daemon.isWanted, daemon.lease, escalations], [false, false, undefined, []]);
});

test('the daemon follows settings that were changed; those that are not sound are told once, and change nothing (app 8)', async (t) => {
  const town = await appTown(t);
  let now = 0;
  const told: string[] = [];
  const clock = { now: () => now, monotonic: () => now };
  const settings = liveSettings({ clock, root: town.root, first: town.settings, tell: (line) => told.push(line) });
  const get = () => settings.get('restart.first_s');
  writeFileSync(town.paths.settings, '[restart]\nfirst_s = 7\n');
  assert.equal(get(), 30, 'believed for a moment');
  now += 1000;
  assert.equal(get(), 7);
  writeFileSync(town.paths.settings, '[restart]\nfirst_s = "soon"\n');
  for (let i = 0; i < 3; i += 1) {
    now += 1000;
    assert.equal(get(), 7);
  }
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /restart\.first_s/);
  writeFileSync(town.paths.settings, '[restart]\nfirst_s = 9\n');
  now += 1000;
  assert.deepEqual([get(), told.length], [9, 1]);
});
