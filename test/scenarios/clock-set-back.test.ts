import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hour } from '#base';
import { eventually } from '#host/testing';
import { holding } from '../support/interrupt-at.ts';
import { makePerson } from '../support/person.ts';
import { shiftClock } from '../support/shifted-clock.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  patienceMs,
  readLanded,
  readPrimeOf,
  slingNew,
  waitForBead,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

test('a clock that is set back an hour under a live session, and on again, ends and wakes nobody: handoff, work and landing go on', async (t) => {
  const clock = shiftClock(makePerson(t));
  const town = await makeTown(t, { person: clock.person, formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const first = await waitForLife(town, agent);

  clock.set(-hour);
  await eventually(() => countJumps(town) === 1, 'the jump is seen', patienceMs);
  await town.does('handoff', agent, '-s', 'in the past', '-m', 'note of the past');
  await waitForSign(town, 'began', '2');
  const second = await waitForLife(town, agent, 2);
  assert.equal(readPrimeOf(second).split('note of the past').length, 2, 'the notes are told once');

  clock.set(0);
  await eventually(() => countJumps(town) === 2, 'the jump back is seen', patienceMs);
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(
    (await livesOf(town, agent)).map(({ id, endReason }) => [id, endReason]),
    [
      [first.id, 'handoff'],
      [second.id, 'done'],
    ],
  );
  assert.deepEqual(await eventsOf(town, { types: ['session_death', 'mass_death', 'nudge', 'escalation'] }), []);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

/** How often the daemon's supervisor saw the clock jump. */
function countJumps(town: ScenarioTown): number {
  return readFileSync(join(town.root, '.baton/logs/daemon.log'), 'utf8').split('supervise: the clock jumped').length - 1;
}
