import { test } from 'node:test';
import { assignOnce, twoSteps } from '../support/assign-once.ts';
import { armAll, makeFaultPoints } from '../support/fault-points.ts';
import { assignmentStorm } from '../support/killings.ts';
import { makeTown } from '../support/town.ts';
import { assertSound } from '../support/watch-town.ts';

/** The first round has three assignments at once, each of the others one. */
test('in storms that kill once at every fault point of an assignment, each bead lands once, and nothing is left', async (t) => {
  const armed = makeFaultPoints(t, assignmentStorm.flat());
  const settings = 'restart = { first_s = 0, max_s = 1 }\n';
  const town = await makeTown(t, { person: armed.person, formulas: { two: twoSteps }, rig: 'setup = ["true"]\ngates = ["true"]\n', settings });
  await town.does('daemon', 'start');
  for (const [i, points] of assignmentStorm.entries()) {
    armAll(armed, points);
    const titles = Array.from({ length: i === 0 ? 3 : 1 }, (_, n) => `${n + 1} of storm ${i + 1}`);
    await Promise.all(titles.map((title) => assignOnce(town, title, async () => points.every((point) => armed.isFired(point)))));
  }
  await assertSound(town);
});
