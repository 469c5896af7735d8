import { test } from 'node:test';
import { assignOnce, twoSteps } from '../support/assign-once.ts';
import { makeFaultPoints } from '../support/fault-points.ts';
import { assignmentPoints } from '../support/killings.ts';
import { makeTown } from '../support/town.ts';
import { assertSound } from '../support/watch-town.ts';

test('whoever is killed at any fault point of an assignment, its bead lands once, and nothing of it is left', async (t) => {
  const armed = makeFaultPoints(t, assignmentPoints);
  const settings = 'restart = { first_s = 0, max_s = 1 }\n';
  const town = await makeTown(t, { person: armed.person, formulas: { two: twoSteps }, rig: 'setup = ["true"]\ngates = ["true"]\n', settings });
  await town.does('daemon', 'start');
  for (const point of assignmentPoints)
    await t.test(`killed at ${point}`, async () => {
      armed.arm(point);
      try {
        await assignOnce(town, `Killed at ${point}`, async () => armed.isFired(point));
      } finally {
        armed.disarm(point);
      }
      await assertSound(town);
    });
});
