import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '#config';
import { chooseRuntime } from './choose-runtime.ts';

const crew = { role: 'crew', rig: 'app' } as const;
const polecat = { role: 'polecat', rig: 'app' } as const;
const witness = { role: 'witness', rig: 'app' } as const;
const mayor = { role: 'mayor', rig: null } as const;
const deacon = { role: 'deacon', rig: null } as const;

const layers = {
  town: 'default_agent = "claude"\npolecat_agent = "pi"\n[roles.crew]\nruntime = "gemini"\n',
  rigs: { app: '[roles.crew]\nruntime = "codex"\n' },
  agents: '{"role_agents": {"crew": "kimi", "mayor": "opencode"}}',
};

test('the order names the runtime, else rig, town, role_agents, polecat_agent and default_agent, in this order, and the answer says which (dispatch 11)', () => {
  const settings = readSettings(layers);
  assert.deepEqual(chooseRuntime(settings, crew, 'runbook'), { runtime: 'runbook', from: 'the order' });
  assert.deepEqual(chooseRuntime(settings, crew, undefined), { runtime: 'codex', from: 'roles.crew.runtime, app/rig.toml' });
  assert.deepEqual(chooseRuntime(readSettings({ ...layers, rigs: {} }), crew, undefined), { runtime: 'gemini', from: 'roles.crew.runtime, baton.toml' });
  assert.deepEqual(chooseRuntime(settings, mayor, undefined), { runtime: 'opencode', from: 'roles.mayor.runtime, settings/agents.json' });
  assert.deepEqual(chooseRuntime(settings, polecat, undefined), { runtime: 'pi', from: 'polecat_agent, baton.toml' });
  const bare = readSettings({ town: '' });
  for (const agent of [crew, polecat, mayor]) assert.deepEqual(chooseRuntime(bare, agent, undefined), { runtime: 'claude', from: 'default_agent, default' });
});

test('a role in code mode is played by the view; naming a runtime for it makes it an agent (dispatch 11)', () => {
  const bare = readSettings({ town: '' });
  for (const agent of [witness, deacon, { role: 'refinery', rig: 'app' } as const, { role: 'boot', rig: null } as const])
    assert.deepEqual(chooseRuntime(bare, agent, undefined), { runtime: 'view', from: `roles.${agent.role}.mode, default (code)` });
  assert.equal(chooseRuntime(bare, witness, 'claude').runtime, 'claude');
  assert.equal(chooseRuntime(readSettings({ town: '[roles.witness]\nruntime = "pi"\n' }), witness, undefined).runtime, 'pi');
  assert.equal(chooseRuntime(readSettings({ town: '', rigs: { app: '[roles.witness]\nruntime = "pi"\n' } }), witness, undefined).runtime, 'pi');
  assert.equal(chooseRuntime(readSettings({ town: '', agents: '{"role_agents": {"deacon": "kimigas"}}' }), deacon, undefined).runtime, 'kimigas');
  const agentMode = readSettings({ town: '[roles.witness]\nmode = "agent"\n[roles.crew]\nmode = "code"\n' });
  assert.deepEqual([chooseRuntime(agentMode, witness, undefined).runtime, chooseRuntime(agentMode, crew, undefined).runtime], ['claude', 'view']);
});
