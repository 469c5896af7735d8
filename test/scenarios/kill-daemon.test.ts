import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFaultPoints } from '../support/fault-points.ts';
import { type Cause, holding, interruptAt, startHolding } from '../support/interrupt-at.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, readLanded, waitForBead, waitForRest } from '../support/watch-town.ts';

/** One side of every fault point of a start and of a handoff; test/long has both. */
const killings: readonly [cause: Cause, ...points: string[]][] = [
  ['handoff', 'clear.ended.after', 'clear.screen.after', 'session.gone.after', 'start.pane.before', 'start.pane.after', 'start.record.after'],
  ['crash', 'handoff.snapshot.before', 'git.snapshot.after', 'bury.commit.after', 'start.open.after'],
  ['cycle', 'handoff.commit.after'],
  ['command', 'handoff.snapshot.after', 'handoff.commit.inside', 'handoff.commit.after'],
  ['agent', 'prime.after', 'turn.begin.after'],
  ['daemon', 'lease.take.after'],
];

test('whoever is killed at any fault point of a start or a handoff, one life goes on with the step, hook and notes', { timeout: 180_000 }, async (t) => {
  const points = makeFaultPoints(
    t,
    killings.flatMap(([, ...names]) => names),
  );
  const town = await makeTown(t, { person: points.person, formulas: { holding }, settings: 'restart = { first_s = 0, max_s = 1 }\n' });
  const held = await startHolding(town, points);
  for (const [cause, ...names] of killings) for (const point of names) await t.test(`${cause}, killed at ${point}`, () => interruptAt(held, point, cause));
  giveSign(town, 'go');
  await waitForBead(town, held.bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});
