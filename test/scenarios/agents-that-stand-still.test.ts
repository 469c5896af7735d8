import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import { keepTyping } from '../support/daemon.ts';
import { armAll, assertFired, makeFaultPoints } from '../support/fault-points.ts';
import { dutyPoints } from '../support/killings.ts';
import { addBusyCrew, addCrew, incidentsOf, oneStep, waitForEnd, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, livesOf, patienceMs, readSign, waitForEvent, waitForLife, waitForSign } from '../support/watch-town.ts';

const settings = `restart = { first_s = 0, max_s = 1 }
liveness = { idle_s = 3, stuck_s = 3, nudges = 1 }
stop.grace_s = 1
${writeRuntimes({ hangs: ['hangs.sh'], frozen: ['frozen.sh'], asks: ['asks.sh'], works: ['works.sh'] })}`;

type Case = readonly [name: string, judge: (town: ScenarioTown, crew: string) => Promise<void>, crew: string];

const cases: readonly Case[] = [
  ['one that hangs in a turn is nudged, handed over, and when its successor hangs too a person is called once', hangs, 'ana'],
  ['one that is stopped while its child goes on calling baton is not kept alive by that', freezes, 'bob'],
  ['one that waits in a dialog is left to its person, who is called once', asks, 'dan'],
  ['one that is idle without work is healthy', rests, 'eve'],
  ['one that answers is told what waits for it', answers, 'max'],
];

test('what stands still is told from what waits, by progress and not by its pane or its keepalive', { concurrency: true }, async (t) => {
  const points = dutyPoints.standing;
  const armed = makeFaultPoints(t, points);
  const town = await makeTown(t, { person: armed.person, settings, formulas: oneStep });
  armAll(armed, points);
  keepTyping(town);
  await Promise.all(cases.map(([name, judge, crew]) => t.test(name, () => judge(town, crew))));
  assertFired(armed, points);
  await assertSound(town);
});

async function hangs(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'hangs');
  await assertHandedOver(town, agent);
  const document = (await town.app.sessions.show((await waitForEnd(town, agent)).id)).end?.document ?? '';
  assert.match(document, /the only step/);
  await waitForEvent(town, { agent, types: ['escalation_sent'] });
  assert.deepEqual(await incidentsOf(town, agent), [`stuck:${(await waitForLife(town, agent, 2)).id}`]);
  await town.does('crew', 'stop', name);
}

async function freezes(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'frozen');
  await waitForSign(town, `${name}.beats`, 'beat');
  const first = await waitForLife(town, agent);
  await assertHandedOver(town, agent);
  const beats = readSign(town, `${name}.beats`).length;
  assert.ok(beats > 3, `it was handed over although its child had called ${beats} times`);
  await waitForSign(town, `${name}.began`, '2');
  assert.equal((await livesOf(town, agent))[0]?.id, first.id);
  await town.does('crew', 'stop', name);
}

/** Nudged first, and then ended by a handoff that tells why. */
async function assertHandedOver(town: ScenarioTown, agent: string): Promise<void> {
  const { endReason, endEvidence } = await waitForEnd(town, agent);
  assert.deepEqual([endReason, endEvidence.kind, endEvidence.reason], ['handoff', 'watch', 'stuck']);
  const told = await eventsOf(town, { agent, types: ['nudge', 'handoff'] });
  assert.deepEqual(
    told.slice(0, 2).map(({ type, payload }) => (type === 'nudge' ? `${type} ${payload.reason}` : type)),
    ['nudge stuck', 'handoff'],
  );
}

async function asks(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'asks');
  const condition = await eventually(async () => (await waitForLife(town, agent)).condition, 'it is seen to wait', patienceMs);
  assert.equal(condition.kind, 'waiting');
  await waitForEvent(town, { agent, types: ['escalation_sent'] });
  assert.deepEqual(await incidentsOf(town, agent), [`waiting:${(await waitForLife(town, agent)).id}:${condition.at}`]);
  await town.does('crew', 'stop', name);
  assert.deepEqual(await eventsOf(town, { agent, types: ['nudge'] }), [], 'nobody types into a dialog');
  assert.equal((await livesOf(town, agent)).length, 1);
}

/** What waits for it is told with the next line that a person types. */
async function answers(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'works');
  const { pane } = await town.app.agents.find(agent);
  await town.does('nudge', agent, 'look at the tests too');
  await waitForEvent(town, { agent, types: ['turn_ended'] });
  await town.does('tmux', 'send-keys', '-t', `=${pane}:`, 'hello', 'Enter');
  await waitForSign(town, `${name}.typed`, 'hello');
  await waitForEvent(town, { agent, types: ['nudge_received'] });
  await town.does('crew', 'stop', name);
}

/** Longer than the others are let stand. */
async function rests(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'works');
  await waitForEvent(town, { agent: 'app/crew/ana', types: ['escalation_sent'] });
  assert.deepEqual(await eventsOf(town, { agent, types: ['nudge', 'handoff', 'escalation_sent'] }), []);
  await town.does('crew', 'stop', name);
}
