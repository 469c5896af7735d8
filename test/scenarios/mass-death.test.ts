import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepTyping } from '../support/daemon.ts';
import { armAll, assertFired, makeFaultPoints } from '../support/fault-points.ts';
import { dutyPoints } from '../support/killings.ts';
import { addBusyCrew, oneStep, writeRuntimes } from '../support/small-agents.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, eventsOf, livesOf, waitForEvent, waitForLife } from '../support/watch-town.ts';

const names = ['ana', 'bob', 'dan', 'eve'];

test('a tmux server that is killed with four sessions is one mass death, and they come back one by one', async (t) => {
  const settings = `restart = { first_s = 0, max_s = 1 }\n${writeRuntimes({ works: ['works.sh'] })}`;
  const points = dutyPoints.dying;
  const armed = makeFaultPoints(t, points);
  const town = await makeTown(t, { person: armed.person, settings, formulas: oneStep });
  const agents = await Promise.all(names.map(async (name) => (await addBusyCrew(town, name)).agent));
  await town.does('crew', 'start', ...names, '--rig', 'app', '--runtime', 'works');
  for (const agent of agents) await waitForLife(town, agent);
  armAll(armed, points);
  keepTyping(town);
  process.kill(Number(await town.does('tmux', 'display-message', '-p', '#{pid}')), 'SIGKILL');

  for (const agent of agents) await waitForLife(town, agent, 2);
  const { payload } = await waitForEvent(town, { types: ['mass_death'] });
  assert.deepEqual([payload.count, payload.cause, [...(payload.agents as string[])].sort()], [4, 'tmux-server', agents]);
  for (const agent of agents)
    assert.deepEqual(
      (await livesOf(town, agent)).map(({ endReason }) => endReason),
      ['lost', undefined],
    );

  const seen = await eventsOf(town, { types: ['session_opened', 'session_primed', 'mass_death_suspected', 'mass_death'] });
  const suspectedAt = seen.find(({ type }) => type === 'mass_death_suspected')?.seq ?? 0;
  const beginning = new Set<string | null>();
  for (const { type, agent, seq, payload } of seen) {
    if (type === 'session_primed') beginning.delete(agent);
    if (type !== 'session_opened' || payload.generation !== 2) continue;
    if (seq > suspectedAt) assert.deepEqual([...beginning], [], 'nobody else is beginning');
    beginning.add(agent);
  }
  assert.equal(seen.filter(({ type }) => type === 'mass_death').length, 1);
  const calls = (await town.app.escalations.list()).filter(({ incident }) => incident?.startsWith('mass-death:'));
  assert.equal(calls.length, 1);
  assertFired(armed, points);
  await assertSound(town);
});
