import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '#config';
import { givenStarted } from '#sessions/testing';
import { addCrew, changeRigState, getAgent, setDesiredRow, setEstopRow } from '#town';
import { isFaultWith } from '#town/testing';
import { admitStart } from './admit-start.ts';
import { slingBead } from './sling-bead.ts';
import { asked, givenBead, listPolecats, noPolecats, type SlingTown, slingTown } from './testing.ts';

const write = (town: SlingTown, rows: Parameters<SlingTown['store']['change']>[1]) => town.store.change(town.by, rows);
const estop = (town: SlingTown, stop: { by: string; reason: string } | undefined) =>
  write(town, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, stop) }));

test('a parked or docked rig lets nobody start and takes no sling, and says how it is opened (dispatch 12)', async (t) => {
  const town = await slingTown(t);
  const max = await addCrew(town, { rig: 'app', name: 'max' });
  const bead = await givenBead(town);
  for (const [act, back, state] of [
    ['park', 'unpark', 'parked'],
    ['dock', 'undock', 'docked'],
  ] as const) {
    await changeRigState(town, { name: 'app', act });
    const refused = isFaultWith('conflict', `the rig "app" is ${state}`, `baton rig ${back} app`);
    await assert.rejects(admitStart(town, { agent: max }), refused);
    await assert.rejects(slingBead(town, asked(bead.id)), refused);
    await assert.rejects(slingBead(town, asked(bead.id, 'max')), refused);
    await changeRigState(town, { name: 'app', act: back });
    await admitStart(town, { agent: max });
  }
  assert.deepEqual(await listPolecats(town), noPolecats);
});

test('an emergency stop, a parked agent and a person are refused, with what to do (dispatch 12)', async (t) => {
  const town = await slingTown(t);
  const mayor = await getAgent(town.store.db, 'mayor');
  await estop(town, { by: 'overseer', reason: 'smoke' });
  await assert.rejects(admitStart(town, { agent: mayor }), isFaultWith('conflict', 'overseer: smoke', 'baton thaw'));
  await assert.rejects(slingBead(town, asked((await givenBead(town)).id)), isFaultWith('conflict', 'smoke', 'baton thaw'));
  await estop(town, undefined);
  await admitStart(town, { agent: mayor });
  await write(town, async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent: 'mayor', desired: 'parked' }) }));
  const parked = await getAgent(town.store.db, 'mayor');
  await assert.rejects(admitStart(town, { agent: parked }), isFaultWith('conflict', '"mayor" is parked', 'baton agent unpark mayor'));
  await assert.rejects(admitStart(town, { agent: await getAgent(town.store.db, 'overseer') }), isFaultWith('invalid', '"overseer" is a person'));
});

test('a runtime that nobody knows, a full disk and a rig at its capacity are refused (dispatch 12)', async (t) => {
  const town = await slingTown(t);
  const mayor = await getAgent(town.store.db, 'mayor');
  await assert.rejects(admitStart(town, { agent: mayor, runtime: 'runbok' }), isFaultWith('not-found', '"runbok"', '"runbook"'));
  const full = { ...town, freeBytes: () => 1024 ** 2 };
  await assert.rejects(admitStart(full, { agent: mayor }), isFaultWith('unavailable', '1MB'));
  for (const title of ['one', 'two']) await slingBead(town, asked((await givenBead(town, title)).id));
  const [first, other] = [await getAgent(town.store.db, 'app/polecats/Toast'), await getAgent(town.store.db, 'app/polecats/Maple')];
  await givenStarted(town, first.address);
  const narrow = { ...town, settings: readSettings({ town: 'default_agent = "runbook"\n', rigs: { app: 'capacity = 1\n' } }) };
  await admitStart(narrow, { agent: first });
  await assert.rejects(admitStart(narrow, { agent: other }), isFaultWith('conflict', '"app" has 1 polecat at work of 1', 'capacity'));
  await admitStart(town, { agent: other });
});
