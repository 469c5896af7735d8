import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { findProcessesByEnvironment, hostIdentity } from '#host';
import { eventually } from '#host/testing';
import { holding } from '../support/interrupt-at.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  patienceMs,
  readLanded,
  slingNew,
  waitForBead,
  waitForEvent,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

/** What a loss of power leaves: no process of the town, no runtime folder, and rows that tell of a boot that is over. */
async function losePower(town: ScenarioTown): Promise<void> {
  const own = () => findProcessesByEnvironment({ TMUX_TMPDIR: town.env.TMUX_TMPDIR ?? '' }).filter(({ pid }) => pid !== process.pid);
  await eventually(
    () => {
      for (const { pid } of own()) kill(pid);
      return Promise.resolve(own().length === 0);
    },
    'no process is left',
    patienceMs,
  );
  rmSync(join(town.root, '.baton', 'run'), { recursive: true, force: true });
  const store = new DatabaseSync(join(town.root, '.baton', 'town.db'));
  const { bootId } = hostIdentity();
  const before = '0badb007';
  store.prepare('update hosts set boot_id = ? where boot_id = ?').run(before, bootId);
  store.prepare('update sessions set pid_start = replace(pid_start, ?, ?)').run(bootId, before);
  store.close();
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with the tmux server.
  }
}

test('a host that lost its power is recognised when the town is next started: told once, no death, and all that ran goes on', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  await town.does('up');
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  await town.does('crew', 'add', 'max');
  await town.does('crew', 'start', 'max');
  await waitForLife(town, 'app/crew/max');
  await town.does('crew', 'add', 'idle');
  await losePower(town);

  await town.does('daemon', 'start');
  await waitForSign(town, 'began', '2');
  await waitForLife(town, 'app/crew/max', 2);
  await waitForLife(town, 'mayor', 2);
  const told = await waitForEvent(town, { types: ['host_restarted'] });
  assert.equal(told.payload.from, '0badb007');
  assert.ok(Number(told.payload.sessions) >= 3, 'the sessions that were lost with it are counted');
  assert.deepEqual((await livesOf(town, agent)).map(({ endReason }) => endReason)[0], 'host-restart');
  assert.deepEqual(await livesOf(town, 'app/crew/idle'), [], 'what did not run does not begin to');
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  assert.deepEqual(await eventsOf(town, { types: ['mass_death', 'breaker_opened'] }), []);
  assert.equal((await eventsOf(town, { types: ['host_restarted'] })).length, 1);
  await assertSound(town);
});
