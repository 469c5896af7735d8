import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFaultPoints } from '../support/fault-points.ts';
import { type Cause, holding, interruptAt, startHolding } from '../support/interrupt-at.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, readLanded, waitForBead, waitForRest } from '../support/watch-town.ts';

/** The three places of a change where a process can die: nothing done, all but the commit, committed. */
const around = (point: string) => [`${point}.before`, `${point}.inside`, `${point}.after`];
const sides = (point: string) => [`${point}.before`, `${point}.after`];
const replace = ['clear.ended.after', 'clear.screen.after', ...around('session.gone'), ...sides('start.pane'), ...around('start.record')];

/** Both sides of every fault point of a start and of a handoff, in each way that leads there. */
const killings: readonly [cause: Cause, points: readonly string[]][] = [
  ['handoff', replace],
  ['crash', [...sides('handoff.snapshot'), ...sides('git.snapshot'), ...around('bury.commit'), ...around('start.open'), ...replace]],
  ['cycle', [...sides('handoff.snapshot'), ...sides('git.snapshot'), ...around('handoff.commit')]],
  ['command', [...sides('handoff.snapshot'), ...sides('git.snapshot'), ...around('handoff.commit')]],
  ['agent', [...around('prime'), ...around('turn.begin')]],
  ['daemon', around('lease.take')],
];

test('whoever is killed on either side of any fault point of a start or a handoff, one life goes on with the step, hook and notes', async (t) => {
  const points = makeFaultPoints(t, [...new Set(killings.flatMap(([, names]) => names))]);
  const town = await makeTown(t, { person: points.person, formulas: { holding }, settings: 'restart = { first_s = 0, max_s = 1 }\n' });
  const held = await startHolding(town, points);
  for (const [cause, names] of killings) for (const point of names) await t.test(`${cause}, killed at ${point}`, () => interruptAt(held, point, cause));
  giveSign(town, 'go');
  await waitForBead(town, held.bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});
