import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { makeFaultPoints } from './fault-points.ts';
import { holding, interruptAt, startHolding } from './interrupt-at.ts';
import { type Killings, pointsOf } from './killings.ts';
import { makeTown } from './town.ts';
import { assertSound, giveSign, readLanded, waitForBead, waitForRest } from './watch-town.ts';

/** No wait grows and no breaker opens by the deaths that the suite brings about. */
const settings = 'restart = { first_s = 0, max_s = 1, breaker = 100 }\nhandoff = { hard_s = 2 }\n';

/** One agent in its step, a polecat or the crew member that is named, interrupted at each of these points; in the end its work lands once. */
export async function runKillings(t: TestContext, killings: Killings, crew?: string): Promise<void> {
  const points = makeFaultPoints(t, pointsOf(killings));
  const town = await makeTown(t, { person: points.person, formulas: { holding }, settings });
  if (crew !== undefined) await town.does('crew', 'add', crew, '--rig', 'app');
  const held = await startHolding(town, points, crew === undefined ? 'app' : `app/crew/${crew}`);
  for (const [cause, names] of killings) for (const point of names) await t.test(`${cause}, killed at ${point}`, () => interruptAt(held, point, cause));
  giveSign(town, 'go');
  await waitForBead(town, held.bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
}
