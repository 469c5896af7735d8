import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { presets } from './presets.ts';
import { getRuntime, listRuntimes, runtimes } from './registry.ts';

const order = {
  prompt: 'go',
  env: { A: '1' },
  programs: { node: '/n', baton: '/b', signal: '/s', runbook: '/r.cjs', view: '/v.cjs' },
  cwd: '/w',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f',
  permissions: 'bypass',
} as const;

const none = makeSettings({ town: {}, rigs: {} });

const paths = { file: '/f/prompt', script: 'prompt=$1\nshift\nexec "$@" < "$prompt"\n' };

test('what Baton ships as settings alone starts by name, with the flags of its command (runtimes 44)', () => {
  const argvOf = (name: string) => getRuntime(name, none).launch({ ...order, resume: 'c' }).argv;
  const fromStdin = ['/bin/sh', '-c', paths.script, 'sh', paths.file];
  assert.deepEqual(Object.fromEntries(Object.keys(presets).map((name) => [name, argvOf(name)])), {
    copilot: ['copilot', '--yolo', '--no-ask-user', '--resume', 'c', '--interactive', 'go'],
    cursor: ['cursor-agent', '-f', '--resume', 'c', 'go'],
    amp: [...fromStdin, 'amp', '--no-ide', '--dangerously-allow-all', 'threads', 'continue', 'c'],
    auggie: ['auggie', '--allow-indexing', '--resume', 'c', 'go'],
    kimigas: ['kimigas', '--auto', '--session', 'c'],
  });
  assert.deepEqual(getRuntime('amp', none).launch(order).files, [{ path: paths.file, text: 'go' }]);
  const prompts = Object.keys(presets).map((name) => getRuntime(name, none).descriptor.prompt.kind);
  assert.deepEqual(prompts, ['argv', 'argv', 'stdin', 'argv', 'paste']);
  for (const name of Object.keys(presets)) {
    const { descriptor, readScreen } = getRuntime(name, none);
    assert.deepEqual([descriptor.signals.kind, readScreen !== undefined], ['none', descriptor.prompt.kind === 'paste'], name);
  }
});

test('it asks where the permissions say so (runtimes 44)', () => {
  const asking = (name: string) => getRuntime(name, none).launch({ ...order, permissions: 'ask' });
  assert.deepEqual(asking('cursor').argv, ['cursor-agent', 'go']);
  assert.deepEqual([asking('copilot').argv, asking('copilot').env], [['copilot', '--interactive', 'go'], order.env]);
  assert.deepEqual(getRuntime('copilot', none).launch(order).env, { ...order.env, COPILOT_ALLOW_ALL: 'true' });
  assert.deepEqual(asking('kimigas').argv, ['kimigas']);
});

test("the settings go before what is shipped: a person's command is run as it stands (runtimes 44)", () => {
  const town = {
    'runtimes.cursor.command': ['/opt/cursor', '--mine'],
    'runtimes.copilot.command': ['/opt/copilot'],
    'runtimes.kimigas.command': ['kimigas'],
    'runtimes.amp.window': 5000,
    'runtimes.amp.processes': ['amp-bin'],
  };
  const settings = makeSettings({ town, rigs: {} });
  assert.deepEqual(getRuntime('cursor', settings).launch(order).argv, ['/opt/cursor', '--mine', 'go']);
  assert.deepEqual(getRuntime('cursor', settings).descriptor.processNames, ['cursor']);
  const copilot = getRuntime('copilot', settings).launch(order);
  assert.deepEqual([copilot.argv, copilot.env], [['/opt/copilot', '--interactive', 'go'], order.env]);
  assert.deepEqual(getRuntime('kimigas', settings).launch({ ...order, command: ['kimigas'] }).argv, ['kimigas', '--auto'], 'the same said again is the same');
  const { windowTokens, processNames } = getRuntime('amp', settings).descriptor;
  assert.deepEqual([windowTokens, processNames], [5000, ['amp-bin']]);
});

test('a prompt on stdin is read from its file by the program itself, in the place of the shell (runtimes 44)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-stdin-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const words = ['/bin/sh', '-c', 'echo "$$ $1"; cat', 'sh', 'a b'];
  const { argv, files } = getRuntime('amp', none).launch({ ...order, prompt: 'go "on"\n$(no)', filesFolder: folder, command: words });
  for (const file of files) writeFileSync(file.path, file.text);
  const [program, ...args] = argv;
  const ran = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(ran.stdout, `${ran.pid} a b\ngo "on"\n$(no)`);
});

test('they are listed behind the adapters, and none has the name of one (runtimes 31)', () => {
  const names = listRuntimes(none).map(({ name }) => name);
  assert.deepEqual(names, [...runtimes.map(({ name }) => name), ...Object.keys(presets).sort()]);
  assert.equal(new Set(names).size, names.length);
});

test('a login, trust and pages for a first time are read from the screens that the programs showed (runtimes 44)', () => {
  const folder = join(import.meta.dirname, 'fixtures/presets');
  const read = (name: string, screen: string) => getRuntime(name, none).readDialog?.(readFileSync(join(folder, `${name}-${screen}.txt`), 'utf8'));
  assert.deepEqual(read('copilot', '1.0.102-trust'), { name: 'folder trust', accept: ['Enter'] });
  assert.deepEqual(read('copilot', '1.0.102-login'), { name: 'sign in', accept: [] });
  assert.equal(read('copilot', '1.0.102-idle'), undefined);
  assert.deepEqual(read('auggie', '0.36.0-login'), { name: 'sign in', accept: [] });
  assert.deepEqual(read('auggie', '0.36.0-welcome'), { name: 'welcome', accept: ['Enter'] });
  assert.deepEqual(read('auggie', '0.36.0-tips'), { name: 'tips', accept: ['Enter'] });
  assert.equal(read('auggie', '0.36.0-working'), undefined);
});
