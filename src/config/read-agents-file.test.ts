import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { formatSource, readSettings } from './index.ts';

const seed = JSON.stringify({
  version: 1,
  agents: {
    kimigas: { command: 'kimigas', args: ['--fast'], process_names: ['python', 'kimi'], resume_flag: '--session' },
    glm: { name: 'glm', command: 'claude', args: ['--model', 'glm'], env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } },
    pi: { process_names: ['pi-bin'] },
    'No Name': { command: 'x' },
  },
  role_agents: { mayor: 'claude', deacon: 'kimigas', polecat: 'kimigas', dog: 'kimigas' },
});

test("who plays a role in `settings/agents.json` stands below the town's and the rig's own word, and what else is in it is passed over (config 9)", () => {
  const settings = readSettings({
    town: '[roles.deacon]\nruntime = "codex"\n',
    rigs: { app: '[roles.polecat]\nruntime = "pi"\n' },
    agents: seed,
  });
  const about = { rig: 'app' };
  const told = ['mayor', 'deacon', 'polecat'].map((role) => settings.explain(`roles.${role}.runtime`, about));
  assert.deepEqual(
    told.map(({ text, source }) => [text, formatSource(source)]),
    [
      ['claude', 'settings/agents.json'],
      ['codex', 'baton.toml'],
      ['pi', 'app/rig.toml'],
    ],
  );
  assert.equal(settings.get('roles.crew.runtime'), undefined);
});

test('its agents are runtimes, below what the town says of them, and are listed with their source (config 9)', () => {
  const settings = readSettings({ town: '[runtimes.kimigas]\nprocesses = ["kimi-code"]\nwindow = 5000\n', agents: seed });
  const told = settings.list().flatMap(({ key, value, source }) => (key.startsWith('runtimes.') ? [[key, value, formatSource(source)]] : []));
  assert.deepEqual(told, [
    ['runtimes.glm.command', ['env', 'ANTHROPIC_BASE_URL=http://127.0.0.1:1', 'claude', '--model', 'glm'], 'settings/agents.json'],
    ['runtimes.kimigas.command', ['kimigas', '--fast'], 'settings/agents.json'],
    ['runtimes.kimigas.window', 5000, 'baton.toml'],
    ['runtimes.kimigas.processes', ['kimi-code'], 'baton.toml'],
    ['runtimes.pi.processes', ['pi-bin'], 'settings/agents.json'],
  ]);
});

test('one that cannot be read is told by its name (config 9)', () => {
  const bad = ['{"command": 3}', '{"command": "a", "args": "b"}', '{"command": "a", "args": [1]}', '{"command": "a", "env": []}', '3'];
  for (const agent of bad) assert.throws(() => readSettings({ town: '', agents: `{"agents": {"mine": ${agent}}}` }), /"agents.mine/, agent);
  for (const agents of ['{', '[]', '{"role_agents": []}', '{"role_agents": {"mayor": 3}}', '{"role_agents": {"mayor": ""}}'])
    assert.throws(
      () => readSettings({ town: '', agents }),
      (error) => isFault(error, 'invalid') && error.message.startsWith('settings/agents.json: '),
      agents,
    );
  for (const agents of ['', '{}', '{"role_agents": {"overseer": 3}}']) assert.ok(readSettings({ town: '', agents }));
});
