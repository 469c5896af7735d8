import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFaultPoints } from '../support/fault-points.ts';
import { holding, interruptAt, startHolding } from '../support/interrupt-at.ts';
import { type Killings, lifeKillingsOnce, pointsOf, stopKillingsOnce } from '../support/killings.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, readLanded, waitForBead, waitForRest } from '../support/watch-town.ts';

const cases: readonly (readonly [name: string, killings: Killings, crew?: string])[] = [
  ['whoever is killed at any fault point of a start, a handoff or a death, one life goes on with the step, hook and notes', lifeKillingsOnce],
  ['whoever is killed at any fault point of a stop, the agent is stopped, and started again it goes on at its step', stopKillingsOnce, 'max'],
];

for (const [name, killings, crew] of cases)
  test(name, { timeout: 180_000 }, async (t) => {
    const points = makeFaultPoints(t, pointsOf(killings));
    const town = await makeTown(t, { person: points.person, formulas: { holding }, settings: 'restart = { first_s = 0, max_s = 1 }\n' });
    if (crew !== undefined) await town.does('crew', 'add', crew, '--rig', 'app');
    const held = await startHolding(town, points, crew === undefined ? 'app' : `app/crew/${crew}`);
    for (const [cause, names] of killings) for (const point of names) await t.test(`${cause}, killed at ${point}`, () => interruptAt(held, point, cause));
    giveSign(town, 'go');
    await waitForBead(town, held.bead, 'done');
    await waitForRest(town);
    assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
    await assertSound(town);
  });
