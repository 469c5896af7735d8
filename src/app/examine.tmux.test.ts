import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSettings } from '#config';
import { isReferenceGuardInstalled } from '#git';
import { makeSource, plainGit } from '#git/testing';
import { addCrew, addRig, getAgent, rigPaths } from '#town';
import { townPaths } from '#town/model';
import { isFaultWith } from '#town/testing';
import type { Deps } from './deps.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { startDaemon, wantDaemon } from './reach-daemon.ts';
import { appTown } from './testing.ts';

async function givenTown(t: TestContext): Promise<Deps & { dir: string }> {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  return withSettings(town, 'default_agent = "runbook"\n');
}

const look = async (town: Deps, check: string, fix = false): Promise<Finding[]> =>
  (await examine(town, { fix })).findings.filter((finding) => finding.check === check);
const withSettings = <T extends Deps>(town: T, text: string): T => ({ ...town, settings: readSettings({ town: text, rigs: {} }) });
const states = (findings: readonly Finding[]) => findings.map(({ state, isMended }) => (isMended ? 'mended' : state));

test('a town that was just made is healthy, and every part is told (app 10)', async (t) => {
  const { findings, isHealthy } = await examine(await givenTown(t), { fix: false });
  assert.ok(isHealthy, JSON.stringify(findings.filter(({ state }) => state === 'bad')));
  assert.deepEqual(
    findings.map(({ check }) => check),
    ['node', 'platform', 'git', 'tmux', 'place', 'disk', 'store', 'permissions', 'daemon', 'panes', 'shims', 'rig app'],
  );
});

test('files that others can read are told, and mended when asked (app 10)', async (t) => {
  const town = await givenTown(t);
  chmodSync(town.paths.hidden, 0o755);
  chmodSync(town.paths.settings, 0o644);
  mkdirSync(join(town.root, 'settings'), { mode: 0o700 });
  const told = await look(town, 'permissions');
  assert.deepEqual(states(told), ['bad', 'bad']);
  assert.match(told[0]?.hint ?? '', /chmod 700 .*--fix/);
  assert.equal(statSync(town.paths.hidden).mode & 0o777, 0o755, 'looking changes nothing');
  assert.deepEqual(states(await look(town, 'permissions', true)), ['mended', 'mended']);
  assert.deepEqual([statSync(town.paths.hidden).mode & 0o777, statSync(town.paths.settings).mode & 0o777], [0o700, 0o600]);
  assert.deepEqual(states(await look(town, 'permissions')), ['good']);
});

test('a program that a setting names for agents and that is not here is told, with what it would play (app 10)', async (t) => {
  const town = await givenTown(t);
  const bin = join(town.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pi'), '', { mode: 0o755 });
  const env = { ...town.env, PATH: bin };
  const given = { ...withSettings(town, 'default_agent = "codex"\npolecat_agent = "pi"\nroles.witness.runtime = "runbook"\n'), env };
  const { findings, isHealthy } = await examine(given, { fix: true });
  assert.equal(isHealthy, false);
  const told = findings.filter(({ check }) => check.startsWith('agent '));
  assert.deepEqual(
    told.map(({ check, state, detail }) => [check, state, detail]),
    [
      ['agent codex', 'bad', '"codex" is not on your PATH; it plays mayor, crew (default_agent, baton.toml)'],
      ['agent pi', 'good', `${join(bin, 'pi')}; it plays polecat (polecat_agent, baton.toml)`],
    ],
  );
  assert.match(told[0]?.hint ?? '', /^install it, or give `default_agent` another name: `baton config agent list`/);
  assert.equal(
    (await look({ ...given, settings: readSettings({ town: 'default_agent = "pi"\n', rigs: { app: 'roles.crew.runtime = "kimi"\n' } }) }, 'agent kimi')).length,
    1,
  );
});

test('a target that nothing guards is told, and guarded again when asked (app 10)', async (t) => {
  const town = await givenTown(t);
  const { repository: repo } = rigPaths(town.root, 'app');
  rmSync(join(repo, 'hooks'), { recursive: true });
  assert.equal(await isReferenceGuardInstalled(town.git, { repo, target: 'main' }), false);
  const told = await examine(town, { fix: false });
  assert.equal(told.isHealthy, false);
  assert.deepEqual(states(told.findings.filter(({ check }) => check === 'rig app')), ['bad']);
  const mended = await examine(town, { fix: true });
  assert.deepEqual([mended.isHealthy, states(mended.findings.filter(({ check }) => check === 'rig app'))], [true, ['mended']]);
  assert.ok(await isReferenceGuardInstalled(town.git, { repo, target: 'main' }));
});

test('a rig whose repository is gone, a daemon that should run, and a check that fails by itself are findings with a hint (app 10)', async (t) => {
  const town = await givenTown(t);
  const { repository } = rigPaths(town.root, 'app');
  renameSync(repository, `${repository}-away`);
  await wantDaemon(town, 'running');
  const { findings, isHealthy } = await examine(town, { fix: false });
  assert.equal(isHealthy, false);
  assert.deepEqual(
    findings.filter(({ state }) => state === 'bad').map(({ check, hint }) => [check, hint !== undefined]),
    [
      ['daemon', true],
      ['rig app', true],
    ],
  );
  const fixing = await examine(town, { fix: true });
  assert.match(
    fixing.findings.find(({ check }) => check === 'daemon')?.detail ?? '',
    /programs are not in/,
    'it could not be started, and the others are told all the same',
  );
  assert.equal(fixing.findings.at(-1)?.check, 'rig app');
});

test('a store that is damaged is told (app 10)', async (t) => {
  const town = await appTown(t);
  const broken = { ...town, store: { ...town.store, db: undefined as never } };
  assert.deepEqual(states(await look(broken, 'store')), ['bad']);
  assert.deepEqual(states(await look(town, 'store')), ['good']);
});

test('a town that was moved is told and gets no daemon; `--fix` makes worktrees, records and guards follow (app 10)', async (t) => {
  const town = await givenTown(t);
  await addCrew(town, { name: 'max', rig: 'app' });
  const root = join(town.root, '..', 'elsewhere');
  renameSync(town.root, root);
  const moved = { ...town, root, paths: townPaths(root) };
  const [told] = await look(moved, 'place');
  assert.deepEqual([told?.state, told?.detail], ['bad', `the town was moved here from "${town.root}"`]);
  await assert.rejects(startDaemon(moved), isFaultWith('conflict', town.root, 'doctor --fix'));
  assert.deepEqual(states(await look(moved, 'place', true)), ['mended']);
  const { worktree } = await getAgent(town.store.db, 'app/crew/max');
  assert.equal(worktree, join(root, 'app/crew/max'));
  assert.equal(plainGit(worktree ?? '', 'rev-parse', '--abbrev-ref', 'HEAD').trim(), 'crew/max');
  assert.deepEqual(states([...(await look(moved, 'place')), ...(await look(moved, 'rig app'))]), ['good', 'good']);
});
