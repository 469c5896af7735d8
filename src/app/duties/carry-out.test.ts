import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '#config';
import { listSessions } from '#sessions';
import { getAgent, setDesiredRow, setEstopRow } from '#town';
import type { Deps } from '../deps.ts';
import { appTown } from '../testing.ts';
import { openTownTmux } from '../tmux.ts';
import { carryOut } from './carry-out.ts';

const want = (town: Deps, desired: 'running' | 'stopped') =>
  town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent: 'mayor', desired }) }));
const stopTown = (town: Deps, stop: { by: string; reason: string } | undefined) =>
  town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, stop) }));

test('a stop of an agent, or of the whole town, that comes after the plan was made begins no life (app 8)', async (t) => {
  const town = { ...(await appTown(t)), settings: readSettings({ town: 'default_agent = "runbook"\n', rigs: {} }) };
  const open = async () => {
    const agent = await getAgent(town.store.db, 'mayor');
    const plan = { kind: 'open', why: { kind: 'order', by: 'overseer', topic: 'cold-start' } } as const;
    await carryOut({ ...town, tmux: openTownTmux(town), tell: () => {} }, { agent, plan, pane: undefined });
    return (await listSessions(town.store.db, { agent: 'mayor' })).length;
  };
  await want(town, 'stopped');
  assert.equal(await open(), 0);
  await want(town, 'running');
  await stopTown(town, { by: 'overseer', reason: 'to look' });
  assert.equal(await open(), 0);
  await stopTown(town, undefined);
  assert.equal(await open(), 1);
});
