import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from '#store';
import { addCrew, changeRigState, getAgent, listAgentsForNow, resetAgent, setDesiredRow } from './index.ts';
import { judgeRigAct, type RigAct, type RigState } from './model.ts';
import { addTestRig, isFaultWith, testTown } from './testing.ts';

test("each act leads to one state or does not fit: parking and docking are not each other's opposite (town 19)", () => {
  const acts: readonly RigAct[] = ['park', 'unpark', 'dock', 'undock'];
  const table: Record<RigState, (RigState | undefined)[]> = {
    open: ['parked', 'open', 'docked', 'open'],
    parked: ['parked', 'open', 'docked', undefined],
    docked: [undefined, undefined, 'docked', 'open'],
  };
  for (const [state, after] of Object.entries(table))
    assert.deepEqual(
      acts.map((act) => judgeRigAct(state as RigState, act)),
      after,
      state,
    );
});

test('while a rig is parked or docked its agents count as parked, and what was wanted of them comes back when it opens (town 19)', async (t) => {
  const town = await testTown(t);
  await addTestRig(town);
  const max = await addCrew(town, { rig: 'app', name: 'max' });
  await town.store.change(town.by, async (tx, at) => ({
    answer: undefined,
    events: await setDesiredRow(tx, at, { agent: max.address, desired: 'running' }),
  }));
  const forNow = async () => (await listAgentsForNow(town.store.db)).filter(({ role }) => role === 'crew' || role === 'mayor').map(({ desired }) => desired);
  const seen = [];
  for (const act of ['park', 'park', 'unpark', 'dock', 'undock'] as const) {
    const { kind, rig } = await changeRigState(town, { name: 'APP', act });
    seen.push([act, kind, rig.state, ...(await forNow())]);
  }
  assert.deepEqual(seen, [
    ['park', 'changed', 'parked', 'stopped', 'parked'],
    ['park', 'already', 'parked', 'stopped', 'parked'],
    ['unpark', 'changed', 'open', 'stopped', 'running'],
    ['dock', 'changed', 'docked', 'stopped', 'parked'],
    ['undock', 'changed', 'open', 'stopped', 'running'],
  ]);
  assert.equal((await getAgent(town.store.db, max.address)).desired, 'running');
  const events = (await readEvents(town.store.db, {})).filter(({ type }) => /^rig_(un)?(park|dock)ed$/.test(type));
  assert.deepEqual(
    events.map(({ type, rig }) => `${type} ${rig}`),
    ['rig_parked app', 'rig_unparked app', 'rig_docked app', 'rig_undocked app'],
  );
});

test('an act that does not fit is refused with the one that does; an unknown rig is told (town 19)', async (t) => {
  const town = await testTown(t);
  await addTestRig(town);
  await changeRigState(town, { name: 'app', act: 'dock' });
  for (const act of ['park', 'unpark'] as const)
    await assert.rejects(changeRigState(town, { name: 'app', act }), isFaultWith('conflict', '"app" is docked', 'baton rig undock app'));
  await assert.rejects(changeRigState(town, { name: 'ap', act: 'park' }), isFaultWith('not-found', '"ap"', '"app"'));
});

test('a reset is a moment from which on nothing before it counts (town 20)', async (t) => {
  const town = await testTown(t);
  const at = await resetAgent(town, { agent: 'mayor' });
  assert.equal((await getAgent(town.store.db, 'mayor')).resetAt, at);
  assert.deepEqual(
    (await readEvents(town.store.db, { types: ['agent_reset'] })).map(({ agent }) => agent),
    ['mayor'],
  );
  await assert.rejects(resetAgent(town, { agent: 'nobody' }), isFaultWith('not-found', 'nobody'));
});
