import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { known } from '#base';
import { loadSettings } from '#town';
import { isFaultWith } from '#town/testing';
import type { Deps } from '../deps.ts';
import { appTown, fakePrograms } from '../testing.ts';
import { runtimeVerbs } from './runtimes.ts';

/** A town whose PATH holds these programs, each a text for `sh`. */
async function townWith(t: TestContext, programs: Readonly<Record<string, string>>): Promise<Deps> {
  const town = await appTown(t);
  const bin = join(town.dir, 'programs');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { ...town, env: { ...town.env, PATH: `${bin}:${town.env.PATH}` }, programs: fakePrograms(join(town.dir, 'dist')) };
}

const say = (deps: Deps) => runtimeVerbs({ ...deps, settings: loadSettings({ env: deps.env }, deps.root) });

test('each runtime is told with its program, its version and where each value comes from; versions are waited for together (app 52)', async (t) => {
  const town = await townWith(t, { mine: 'echo "mine 1.2.3 $1"', slow: 'exec sleep 60', odd: 'exit 3' });
  writeFileSync(
    town.paths.settings,
    '[runtimes.mine]\ncommand = ["mine", "--fast"]\nwindow = 5000\n[runtimes.slow]\ncommand = ["slow"]\n[runtimes.slower]\ncommand = ["slow"]\n[runtimes.odd]\ncommand = ["odd"]\n[runtimes.gone]\ncommand = ["gone"]\n[roles.crew]\nruntime = "mine"\n',
  );
  const found = await say(town).list({ withVersion: true });
  const byName = (name: string) =>
    known(
      found.find((runtime) => runtime.name === name),
      name,
    );
  const mine = byName('mine');
  assert.deepEqual(
    [mine.kind, mine.command, mine.version, mine.windowTokens, mine.plays],
    ['preset', { value: ['mine', '--fast'], source: { kind: 'town' } }, 'mine 1.2.3 --fast', { value: 5000, source: { kind: 'town' } }, ['crew']],
  );
  assert.equal(mine.program.kind === 'found' && mine.program.path, join(town.paths.root, '..', 'programs', 'mine'));
  for (const name of ['slow', 'slower', 'odd', 'gone']) assert.equal(byName(name).version, undefined, name);
  assert.equal(byName('gone').program.kind, 'missing');
  const runbook = byName('runbook');
  assert.deepEqual([runbook.kind, runbook.command.source, runbook.login], ['adapter', { kind: 'built-in' }, { kind: 'needless' }]);
  assert.equal(new Set(found.map(({ name }) => name)).size, found.length, 'each once (runtimes 31)');
});

test('only baton.toml is written, and what still plays a role stays (app 52)', async (t) => {
  const town = await townWith(t, { mine: 'echo 1' });
  const before = readFileSync(town.paths.settings, 'utf8');
  const set = await say(town).set({ name: 'mine', words: ['mine'], window: 9000, signals: 'own', processes: ['node'] });
  assert.deepEqual([set.version, set.windowTokens.value, set.signals.value, set.processNames.value], ['1', 9000, 'own', ['node']]);
  writeFileSync(town.paths.settings, `default_agent = "mine"\n${readFileSync(town.paths.settings, 'utf8')}`);
  await assert.rejects(say(town).remove('mine'), isFaultWith('conflict', '"mine" plays', 'role-agent'));
  writeFileSync(town.paths.settings, readFileSync(town.paths.settings, 'utf8').replace('default_agent = "mine"\n', ''));
  const removed = await say(town).remove('mine');
  assert.deepEqual([removed.keys.length, removed.left], [4, 'gone']);
  await assert.rejects(say(town).remove('mine'), isFaultWith('not-found', '"mine"'));
  await assert.rejects(say(town).get('mine'), isFaultWith('not-found', '"mine"'));
  assert.ok(readFileSync(town.paths.settings, 'utf8').startsWith(before.trimEnd()), 'all else stays as it was');
});

test('what settings/agents.json describes stands beside the others with its source, behind what baton.toml says of it (app 52)', async (t) => {
  const town = await townWith(t, { mine: 'echo "mine $*"', other: 'echo other' });
  const agents = { mine: { command: 'mine', args: ['--fast'], env: { A: 'b' }, process_names: ['python'] }, absent: { command: 'absent', env: { A: 'b' } } };
  mkdirSync(join(town.root, 'settings'), { recursive: true });
  writeFileSync(town.paths.roleAgents, JSON.stringify({ agents, role_agents: { witness: 'mine' } }));
  const listed = (await say(town).list({ withVersion: true })).filter(({ name }) => name in agents);
  const told = listed.map(({ name, kind, command, program, version, plays }) => [name, kind, command.source.kind, program.kind, version, plays]);
  assert.deepEqual(told, [
    ['absent', 'preset', 'agents', 'missing', undefined, []],
    ['mine', 'preset', 'agents', 'found', 'mine --fast --version', ['witness']],
  ]);
  const set = await say(town).set({ name: 'mine', words: ['other'], processes: [] });
  assert.deepEqual([set.command, set.processNames.source], [{ value: ['other'], source: { kind: 'town' } }, { kind: 'agents' }]);
  assert.deepEqual(await say(town).remove('mine'), { name: 'mine', keys: ['runtimes.mine.command'], left: 'settings' });
  assert.deepEqual((await say(town).get('mine')).command.value, ['env', 'A=b', 'mine', '--fast']);
  await assert.rejects(say(town).remove('mine'), isFaultWith('not-found', 'settings/agents.json'));
  const spaced = join(town.root, 'my agent');
  writeFileSync(spaced, '');
  for (const [words, command] of [
    [['other --fast'], ['other', '--fast']],
    [[spaced], [spaced]],
  ] as const)
    assert.deepEqual((await say(town).set({ name: 'lined', words, processes: [] })).command.value, command);
});
