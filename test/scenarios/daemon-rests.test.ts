import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markOf } from '#host';
import { eventually } from '#host/testing';
import { daemonOf, daemonsOf, reviveDaemon } from '../support/daemon.ts';
import { holding } from '../support/interrupt-at.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  patienceMs,
  readLanded,
  readSign,
  slingNew,
  waitForBead,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

const three = ['one', 'two', 'three']
  .map(
    (name) =>
      `[[steps]]\nid = "${name}"\nrun = "echo ${name} >> $HOME/signs/began; until [ -e $HOME/signs/${name} ]; do sleep 0.05; done; echo ${name} >> three.txt"\n`,
  )
  .join('');
const quick = '[[steps]]\nid = "write"\nrun = "echo $BATON_GENERATION > quick.txt"\n';
/** A gate that says its pid and waits; it ends well when the sign `go` is there. */
const slowGate = `gates = ["echo $$ >> $HOME/signs/gates; until [ -e $HOME/signs/go ]; do sleep 0.05; done"]\n`;

test('a session works on while the daemon is stopped, and goes on under the next daemon as it was', async (t) => {
  const town = await makeTown(t, { formulas: { three } });
  const { bead, agent } = await slingNew(town, { formula: 'three' });
  await waitForSign(town, 'began', 'one');
  const life = await waitForLife(town, agent);
  await town.does('daemon', 'stop');
  giveSign(town, 'one');
  await waitForSign(town, 'began', 'two');
  for (const words of [['status'], ['agents'], ['bead', 'list'], ['mol', 'status', bead]]) {
    await town.does(...words);
    assert.deepEqual(daemonsOf(town), [], `\`baton ${words.join(' ')}\` starts no daemon that was stopped on purpose`);
  }
  await town.does('daemon', 'start');
  giveSign(town, 'two');
  giveSign(town, 'three');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'three.txt'), ['one', 'two', 'three']);
  assert.deepEqual(
    (await livesOf(town, agent)).map((each) => [each.id, each.process?.pid, each.endReason]),
    [[life.id, life.process.pid, 'done']],
  );
  await assertSound(town);
});

test('a daemon that was killed is revived by any command, and a killed session is seen within 5 s', async (t) => {
  const town = await makeTown(t, { formulas: { holding }, settings: 'restart.first_s = 0\n' });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const daemon = await daemonOf(town);
  assert.ok(daemon);
  process.kill(daemon.pid, 'SIGKILL');
  await reviveDaemon(town, daemon);
  const life = await waitForLife(town, agent);
  assert.equal(life.generation, 1, 'its session was adopted');

  const killedAt = Date.now();
  process.kill(life.process.pid, 'SIGKILL');
  const death = await eventually(async () => (await eventsOf(town, { agent, types: ['session_death'] })).at(0), 'the death is seen');
  t.diagnostic(`a killed session was recorded as dead ${death.at - killedAt} ms later`);
  await waitForSign(town, 'began', '2');
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

test('a daemon that is stopped in the middle of a gate comes to its end, and the next one lands the work', async (t) => {
  const town = await makeTown(t, { formulas: { quick }, rig: slowGate });
  const { bead } = await slingNew(town, { formula: 'quick' });
  const [gate] = await waitForGates(town, 1);
  const startedAt = performance.now();
  await town.does('daemon', 'stop');
  t.diagnostic(`\`daemon stop\` in the middle of a gate took ${Math.round(performance.now() - startedAt)} ms`);
  assert.deepEqual(daemonsOf(town), []);
  assert.ok(!isRunning(gate), 'its gate has ended with it');
  assert.equal((await town.app.beads.show(bead)).bead.status, 'in_progress');
  await town.does('daemon', 'start');
  await waitForGates(town, 2);
  giveSign(town, 'go');
  await assertLandedOnce(town, bead);
});

test('a daemon that is killed in the middle of a gate leaves none behind, and the next one lands the work', async (t) => {
  const town = await makeTown(t, { formulas: { quick }, rig: slowGate });
  const { bead } = await slingNew(town, { formula: 'quick' });
  const [gate] = await waitForGates(town, 1);
  const daemon = await daemonOf(town);
  assert.ok(daemon);
  process.kill(daemon.pid, 'SIGKILL');
  await reviveDaemon(town, daemon);
  await waitForGates(town, 2);
  assert.ok(!isRunning(gate), 'the gate of the killed daemon is gone before the next one runs');
  giveSign(town, 'go');
  await assertLandedOnce(town, bead);
});

async function assertLandedOnce(town: ScenarioTown, bead: string): Promise<void> {
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.equal((await eventsOf(town, { types: ['merged'] })).length, 1);
  assert.deepEqual(readLanded(town, 'quick.txt'), ['1']);
  await assertSound(town);
}

/** The pids of the gates so far, once there are so many. */
function waitForGates(town: ScenarioTown, count: number): Promise<number[]> {
  return eventually(() => (readSign(town, 'gates').length >= count ? readSign(town, 'gates').map(Number) : undefined), `gate ${count} runs`, patienceMs);
}

function isRunning(pid: number | undefined): boolean {
  return pid !== undefined && markOf(pid) !== undefined;
}
