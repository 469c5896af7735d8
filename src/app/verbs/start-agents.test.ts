import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '#config';
import { givenStarted } from '#sessions/testing';
import { lastSeq, readEvents } from '#store';
import { changeRigState, getAgent, setDesiredRow } from '#town';
import { addTestRig, isFaultWith } from '#town/testing';
import { appTown } from '../testing.ts';
import { orderStart } from './order-start.ts';
import { orderStarts, startAgent, startAgents } from './start-agents.ts';
import { groupForStop, listWhoShouldRun } from './who-runs.ts';

type Town = Awaited<ReturnType<typeof appTown>>;
const runbook = 'default_agent = "runbook"\n';
const withSettings = (town: Town, text: string): Town => ({ ...town, settings: readSettings({ town: text }) });
const agentOf = (town: Town, address: string) => getAgent(town.store.db, address);
const want = (town: Town, agent: string, desired: 'running' | 'parked') =>
  town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent, desired }) }));

test('what cannot be started is told each for itself, before an order is written (app 22)', async (t) => {
  const town = withSettings(await appTown(t), 'default_agent = "nonesuch"\n');
  await want(town, 'deacon', 'parked');
  const seq = await lastSeq(town.store.db);
  const agents = await Promise.all(['mayor', 'deacon', 'overseer'].map((address) => agentOf(town, address)));
  for (const outcomes of [await startAgents(town, agents, {}), await orderStarts(town, agents, {})])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.kind === 'failed' && [outcome.agent, outcome.fault, outcome.hint !== undefined]),
      [
        ['mayor', 'not-found', true],
        ['deacon', 'conflict', true],
        ['overseer', 'invalid', true],
      ],
    );
  await assert.rejects(startAgent(town, await agentOf(town, 'mayor'), {}), isFaultWith('not-found', '"nonesuch"'));
  const bare = { ...withSettings(town, ''), env: { ...town.env, PATH: '/nonexistent' } };
  await assert.rejects(startAgent(bare, await agentOf(town, 'mayor'), {}), isFaultWith('unavailable', '"claude"', 'config agent list'));
  await assert.rejects(startAgent(withSettings(town, runbook), await agentOf(town, 'mayor'), { topic: 'two words' }), isFaultWith('invalid', '"two words"'));
  assert.equal(await lastSeq(town.store.db), seq);
});

test('of many orders to start one agent the first is written, with the runtime that was admitted; one that nobody took up in time is replaced (app 22)', async (t) => {
  const town = withSettings(await appTown(t), runbook);
  const mayor = await agentOf(town, 'mayor');
  const firsts = await Promise.all(['a', 'b', 'c'].map((topic) => orderStart(town, mayor, { topic })));
  assert.deepEqual(firsts, [true, false, false]);
  const { startOrder, desired } = await agentOf(town, 'mayor');
  assert.deepEqual([startOrder.topic, startOrder.runtime, startOrder.sender, desired], ['a', 'runbook', 'overseer', 'running']);
  assert.equal(await orderStart(withSettings(town, `${runbook}start.grace_s = 0\n`), mayor, { topic: 'd' }), true);
  assert.equal((await agentOf(town, 'mayor')).startOrder.topic, 'd');
  await givenStarted(town, 'mayor', { host: town.host.id });
  assert.equal(await orderStart(withSettings(town, `${runbook}start.grace_s = 0\n`), mayor, {}), false, 'it has a session');
  assert.deepEqual(
    (await startAgents(town, [await agentOf(town, 'mayor')], {})).map(({ kind }) => kind),
    ['already-running'],
  );
  assert.equal((await readEvents(town.store.db, { types: ['start_ordered'] })).length, 2);
});

test('who should run: the roles of the town and of each open rig, crew that is not parked, polecats with work; boot only where the deacon is an agent (app 22)', async (t) => {
  const town = await appTown(t);
  for (const name of ['app', 'lib']) await addTestRig(town, name);
  await changeRigState(town, { name: 'lib', act: 'dock' });
  const list = async (text: string) => (await listWhoShouldRun({ ...town, settings: readSettings({ town: text }) })).map(({ address }) => address);
  assert.deepEqual((await list('')).sort(), ['app/refinery', 'app/witness', 'deacon', 'mayor']);
  assert.ok((await list('[roles.deacon]\nruntime = "runbook"\n')).includes('boot'));
  await want(town, 'mayor', 'parked');
  assert.ok(!(await list('')).includes('mayor'));
});

test('agents are stopped in stages: who works, who watches them, boot before the deacon, then the mayor; the person is in none (app 22)', () => {
  const roles = ['overseer', 'mayor', 'deacon', 'boot', 'refinery', 'witness', 'crew', 'polecat'] as const;
  const agents = roles.map((role) => ({ role }) as Parameters<typeof groupForStop>[0][number]);
  assert.deepEqual(
    groupForStop(agents).map((group) => group.map(({ role }) => role)),
    [['crew', 'polecat'], ['refinery', 'witness'], ['boot'], ['deacon'], ['mayor']],
  );
});
