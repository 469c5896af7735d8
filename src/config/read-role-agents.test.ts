import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { formatSource, readSettings } from './index.ts';

const seed = JSON.stringify({
  agents: { kimigas: { command: 'kimigas' } },
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

test('one that cannot be read is told by its name (config 9)', () => {
  for (const agents of ['{', '[]', '{"role_agents": []}', '{"role_agents": {"mayor": 3}}', '{"role_agents": {"mayor": ""}}'])
    assert.throws(
      () => readSettings({ town: '', agents }),
      (error) => isFault(error, 'invalid') && error.message.startsWith('settings/agents.json: '),
      agents,
    );
  for (const agents of ['', '{}', '{"role_agents": {"overseer": 3}}']) assert.ok(readSettings({ town: '', agents }));
});
