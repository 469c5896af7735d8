import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcess, findProcessesByEnvironment } from '#host';
import { whileTyping } from '../support/daemon.ts';
import { armAll, assertFired, type FaultPoints, makeFaultPoints } from '../support/fault-points.ts';
import { holding } from '../support/interrupt-at.ts';
import { orderPoints } from '../support/killings.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest, waitForSign } from '../support/watch-town.ts';

test('an emergency stop whose every step kills somebody freezes all the same, and a thaw lets it go on, told once', async (t) => {
  const armed = makeFaultPoints(t, [...orderPoints.estop, ...orderPoints.thaw]);
  const town = await makeTown(t, { person: armed.person, formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  // The keeper that waits for the program is tmux's own child, which tmux would continue at once.
  const keeper = findProcess(life.process.pid)?.ppid;
  const all = () => findProcessesByEnvironment({ BATON_SESSION: life.id }).filter(({ pid }) => pid !== keeper);
  const running = () => all().filter(({ pid }) => findProcess(pid)?.state !== 'T');

  await orderUntilDone(town, armed, orderPoints.estop, ['estop', 'smoke']);
  assert.ok(all().some(({ pid }) => pid === life.process.pid));
  assert.deepEqual(running(), [], 'all that it runs stands still');
  await orderUntilDone(town, armed, orderPoints.thaw, ['thaw']);
  await whileTyping(town, async () => running().length === all().length, 'all goes on');

  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(
    (await livesOf(town, agent)).map(({ id, endReason }) => [id, endReason]),
    [[life.id, 'done']],
  );
  assert.equal((await eventsOf(town, { agent, types: ['nudge'] })).filter(({ payload }) => payload.reason === 'thaw').length, 1);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

test('a polecat that was given up comes back with what it had not committed, whoever is killed on the way', async (t) => {
  const armed = makeFaultPoints(t, [...orderPoints.restore, ...orderPoints.sling]);
  const town = await makeTown(t, { person: armed.person, formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  const draft = join(town.root, agent, 'draft.txt');
  writeFileSync(draft, 'half an idea\n');
  await town.does('polecat', 'nuke', 'Toast', '--rig', 'app');
  await orderUntilDone(town, armed, orderPoints.restore, ['sessions', 'restore', life.id, '--agent', agent]);
  assert.equal(readFileSync(draft, 'utf8'), 'half an idea\n');
  await town.does('sling', bead, agent);
  await waitForSign(town, 'began', '2');
  await town.does('polecat', 'nuke', 'Toast', '--rig', 'app');
  await orderUntilDone(town, armed, orderPoints.sling, ['sling', bead, 'app']);
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual([readLanded(town, 'held.txt'), readLanded(town, 'draft.txt')], [['held'], ['half an idea']]);
  await assertSound(town);
});

/** Gives an order again and again, until each of the points has killed somebody and the order was carried out. */
async function orderUntilDone(town: ScenarioTown, armed: FaultPoints, points: readonly string[], words: readonly string[]): Promise<void> {
  armAll(armed, points);
  await whileTyping(town, async () => (await town.baton(words)).exit === 0 && points.every((point) => armed.isFired(point)), `\`baton ${words.join(' ')}\``);
  assertFired(armed, points);
}
