import assert from 'node:assert/strict';
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

test('what Baton ships as settings alone starts by name, with the flags of its command (runtimes 44)', () => {
  const argvOf = (name: string) => getRuntime(name, none).launch({ ...order, resume: 'c' }).argv;
  assert.deepEqual(Object.fromEntries(Object.keys(presets).map((name) => [name, argvOf(name)])), {
    copilot: ['copilot', '--yolo', '--resume', 'c', '--interactive', 'go'],
    cursor: ['cursor-agent', '-f', '--resume', 'c', 'go'],
    amp: ['amp', '--no-ide', '--dangerously-allow-all', 'go'],
    auggie: ['auggie', '--allow-indexing', '--resume', 'c', 'go'],
    kimigas: ['kimigas', '--session', 'c'],
  });
  assert.deepEqual(getRuntime('cursor', none).launch({ ...order, permissions: 'ask' }).argv, ['cursor-agent', 'go']);
  const { prompt, processNames, signals } = getRuntime('kimigas', none).descriptor;
  assert.deepEqual([prompt.kind, processNames, signals.kind], ['paste', ['python', 'kimi', 'kimi-code'], 'none']);
  assert.equal(getRuntime('amp', none).readScreen, undefined);
});

test("the settings go before what is shipped: a person's command is run as it stands (runtimes 44)", () => {
  const town = { 'runtimes.cursor.command': ['/opt/cursor', '--mine'], 'runtimes.amp.window': 5000, 'runtimes.amp.processes': ['amp-bin'] };
  const settings = makeSettings({ town, rigs: {} });
  assert.deepEqual(getRuntime('cursor', settings).launch(order).argv, ['/opt/cursor', '--mine', 'go']);
  assert.deepEqual(getRuntime('cursor', settings).descriptor.processNames, ['cursor']);
  const { windowTokens, processNames } = getRuntime('amp', settings).descriptor;
  assert.deepEqual([windowTokens, processNames], [5000, ['amp-bin']]);
});

test('they are listed behind the adapters, and none has the name of one (runtimes 31)', () => {
  const names = listRuntimes(none).map(({ name }) => name);
  assert.deepEqual(names, [...runtimes.map(({ name }) => name), ...Object.keys(presets).sort()]);
  assert.equal(new Set(names).size, names.length);
});
