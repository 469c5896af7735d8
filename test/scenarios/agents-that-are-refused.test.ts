import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepTyping } from '../support/daemon.ts';
import { armAll, assertFired, makeFaultPoints } from '../support/fault-points.ts';
import { dutyPoints } from '../support/killings.ts';
import { addBusyCrew, incidentsOf, oneStep, startInVain, waitForEnd, waitForStep, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, readSign, waitForEvent, waitForLife } from '../support/watch-town.ts';

const refused = 'API Error: 401 Invalid authentication credentials';
const limit = "You've hit your session limit, resets in 3 seconds";
const overflow = 'API Error: prompt is too long: 205000 tokens > 200000 maximum';

/** Two deaths would open the breaker: what is no death must not. */
const settings = `restart = { first_s = 0, max_s = 1, breaker = 2 }
liveness = { idle_s = 2, stuck_s = 2, nudges = 1 }
${writeRuntimes({
  'exits-refused': ['fails.sh', '1', refused],
  'exits-limited': ['fails.sh', '1', limit],
  'stays-refused': ['stays.sh', refused],
  'stays-limited': ['stays.sh', limit],
  'stays-full': ['stays.sh', overflow],
})}`;

/** A crew member whose address makes its share of the spread after a limit's reset 0, so that it comes back when the limit resets. */
const first = 'vic';

/** Only two of them die: three would be taken for a mass death. */
const cases: readonly (readonly [name: string, test: (town: ScenarioTown, crew: string) => Promise<void>, crew: string])[] = [
  ['a limit is waited for until it resets, however often, and counts as no death', endsLimited, first],
  ['a refused login is told once, and heals when somebody has logged in', endsRefused, 'ana'],
  ['one that waits for its limit at its prompt is told to go on when that has reset', staysLimited, 'eve'],
  ['one that waits for a login at its prompt is neither nudged nor handed over, and told once', staysRefused, 'leo'],
  ['one that stays with a conversation that is too long is handed over', staysFull, 'max'],
];

test('a program that may not work is no crashing one: it is waited for, told and tried as what it lacks asks for', {
  concurrency: true,
}, async (t) => {
  const points = dutyPoints.refused;
  const armed = makeFaultPoints(t, points);
  const town = await makeTown(t, { person: armed.person, settings, formulas: oneStep });
  armAll(armed, points);
  keepTyping(town);
  await Promise.all(cases.map(([name, judge, crew]) => t.test(name, () => judge(town, crew))));
  assertFired(armed, points);
  await assertSound(town);
});

async function endsLimited(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  await startInVain(town, name, 'exits-limited');
  await waitForEnd(town, agent, 3);
  giveSign(town, `${name}.mended`);
  await waitForStep(town, bead);
  const lives = await livesOf(town, agent);
  for (const [i, { endReason, endEvidence, endedAt = 0 }] of lives.slice(0, -1).entries()) {
    assert.deepEqual([endReason, endEvidence.class, endEvidence.detail], ['crashed', 'rate-limit', limit]);
    const resetAt = Number(endEvidence.resetAt);
    assert.ok(resetAt > endedAt, 'its time is told');
    assert.ok((lives[i + 1]?.createdAt ?? 0) >= resetAt, 'and kept');
    assert.equal(lives[i + 1]?.openedWhy.kind, 'reset');
  }
  assert.deepEqual(await eventsOf(town, { agent, types: ['breaker_opened', 'escalation_sent'] }), []);
}

async function endsRefused(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  const started = await startInVain(town, name, 'exits-refused');
  assert.match(started, /401 Invalid authentication/);
  const { endEvidence } = await waitForEnd(town, agent);
  assert.deepEqual([endEvidence.class, endEvidence.detail], ['auth', refused]);
  await waitForEvent(town, { agent, types: ['escalation_sent'] });
  await startInVain(town, name, 'exits-refused');
  await waitForEnd(town, agent, 2);
  assert.deepEqual(await incidentsOf(town, agent), [`login:${agent}`]);
  giveSign(town, `${name}.mended`);
  await town.does('crew', 'start', name, '--runtime', 'exits-refused');
  await waitForStep(town, bead);
  await waitForEvent(town, { agent, types: ['login_healed'] });
  assert.deepEqual(await incidentsOf(town, agent), []);
  assert.equal((await eventsOf(town, { agent, types: ['escalation_sent'] })).length, 1);
  assert.deepEqual(await eventsOf(town, { agent, types: ['breaker_opened'] }), []);
}

async function staysLimited(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'stays-limited');
  const { payload } = await waitForEvent(town, { agent, types: ['session_condition'] });
  assert.deepEqual([payload.kind, payload.detail], ['rate-limit', limit]);
  const over = await waitForEvent(town, { agent, types: ['session_condition_over'] });
  assert.ok(over.at >= Number(payload.until), 'not before it has reset');
  const nudges = await eventsOf(town, { agent, types: ['nudge'] });
  assert.deepEqual(
    nudges.map((nudge) => nudge.payload.reason),
    ['rate-limit'],
    'it was not nudged for standing still',
  );
  assert.equal((await waitForLife(town, agent)).generation, 1);
  await town.does('crew', 'stop', name);
}

async function staysRefused(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'stays-refused');
  await waitForEvent(town, { agent, types: ['escalation_sent'] });
  assert.deepEqual(await incidentsOf(town, agent), [`login:${agent}`]);
  assert.deepEqual(await eventsOf(town, { agent, types: ['nudge', 'handoff'] }), []);
  await town.does('crew', 'stop', name);
}

async function staysFull(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'stays-full');
  giveSign(town, `${name}.mended`);
  await waitForStep(town, bead);
  const [life] = await livesOf(town, agent);
  assert.equal(life?.endReason, 'handoff');
  assert.match(readSign(town, `${name}.start.2`).join('\n'), /too long/);
}
