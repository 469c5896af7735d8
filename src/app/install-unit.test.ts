import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSettings } from '#config';
import { hashOfPath } from '#host';
import { installUnit, uninstallUnit } from './install-unit.ts';
import { appTown, fakePrograms } from './testing.ts';
import { describeUnit } from './unit-file.ts';

/** A town whose person has a systemctl that writes down what it is told, and answers with this code to `show-environment`. */
async function givenSystemd(t: TestContext, { code = 0 }: { code?: number } = {}) {
  const town = await appTown(t);
  const bin = join(town.dir, 'stub');
  mkdirSync(bin);
  const said = join(town.dir, 'said');
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n[ "$2" = show-environment ] && exit ${code}\necho "$@" >> ${said}\n`);
  chmodSync(join(bin, 'systemctl'), 0o755);
  const env = { ...town.env, PATH: `${bin}:${process.env.PATH}`, ANTHROPIC_API_KEY: 'secret', LANG: 'C.UTF-8', BATON_SESSION: 'sess_0a1b2c3d' };
  const settings = readSettings({ town: 'env.pass = ["ANTHROPIC_API_KEY"]\n', rigs: {} });
  const deps = { ...town, env, settings, programs: fakePrograms(join(town.dir, 'dist')), host: { ...town.host, platform: 'linux' as const } };
  const path = join(town.dir, '.config/systemd/user', `baton-${hashOfPath(town.root)}.service`);
  return { deps, path, saidLines: () => (existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n') : []) };
}

test('the daemon is installed as a unit of its town, once, without secrets, and taken back whole (app 31)', async (t) => {
  const { deps, path, saidLines } = await givenSystemd(t);
  const printed = await installUnit(deps, { isPrinted: true });
  assert.deepEqual([printed.kind, existsSync(path), saidLines()], ['printed', false, []]);
  const name = `baton-${hashOfPath(deps.root)}.service`;
  const installed = await installUnit(deps, { isPrinted: false });
  assert.deepEqual([installed.kind, installed.path, installed.todo, installed.unwritten], ['installed', path, [], ['ANTHROPIC_API_KEY']]);
  assert.deepEqual(saidLines(), ['--user daemon-reload', `--user enable ${name}`]);
  const text = readFileSync(path, 'utf8');
  assert.equal(text, printed.text);
  const shim = join(deps.paths.bin, 'baton');
  assert.ok(existsSync(shim), 'what it runs is there, and stays there over upgrades');
  for (const line of [
    `ExecStart="${shim}" "--town" "${deps.root}" "daemon" "run" "--if-wanted"`,
    'Restart=on-failure',
    'KillMode=process',
    'Environment="LANG=C.UTF-8"',
  ])
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  for (const word of ['secret', 'ANTHROPIC', 'BATON_SESSION', 'sess_']) assert.ok(!text.includes(word), word);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal((await installUnit(deps, { isPrinted: false })).kind, 'already');
  const wants = join(path, '../default.target.wants');
  mkdirSync(wants);
  symlinkSync(path, join(wants, name));
  assert.equal((await uninstallUnit(deps)).kind, 'uninstalled');
  assert.deepEqual([existsSync(path), existsSync(join(wants, name)), saidLines().at(-2)], [false, false, `--user disable ${name}`]);
  assert.equal((await uninstallUnit(deps)).kind, 'not-installed');
});

test('where no service manager answers, the file is written and the person told what to type (app 31)', async (t) => {
  const { deps, path, saidLines } = await givenSystemd(t, { code: 1 });
  const { kind, todo, refusal } = await installUnit(deps, { isPrinted: false });
  assert.deepEqual([kind, refusal, existsSync(path), saidLines()], ['installed', 'silent', true, []]);
  assert.deepEqual(todo, ['systemctl --user daemon-reload', `systemctl --user enable baton-${hashOfPath(deps.root)}.service`]);
});

test('odd paths are quoted for their manager, and a platform without one is told (app 31)', () => {
  const odd = {
    root: '/tmp/my "town" 100%\\$HOME <&>',
    hash: '0a1b2c3d',
    baton: '/b/baton',
    log: '/l',
    env: { A: '"x"' },
    home: '/home/me',
    configHome: '/c',
    uid: 7,
  };
  const unit = describeUnit({ platform: 'linux', ...odd });
  assert.ok(unit?.text.includes('"/tmp/my \\"town\\" 100%%\\\\$$HOME <&>"'), unit?.text);
  assert.ok(unit?.text.includes('Environment="A=\\"x\\""'));
  const job = describeUnit({ platform: 'darwin', ...odd });
  assert.equal(job?.path, '/home/me/Library/LaunchAgents/dev.baton.0a1b2c3d.plist');
  assert.ok(job?.text.includes('<string>/tmp/my "town" 100%\\$HOME &lt;&amp;&gt;</string>'));
  assert.deepEqual(job?.enable, [['launchctl', 'bootstrap', 'gui/7', job?.path]]);
  assert.equal(describeUnit({ platform: 'sunos', ...odd }), undefined);
});
