import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProcess, findProcessesByEnvironment } from '#host';
import { eventually } from '#host/testing';
import { daemonOf, reviveDaemon } from '../support/daemon.ts';
import { holding } from '../support/interrupt-at.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest, waitForSign } from '../support/watch-town.ts';

/** The states of a session's processes, without the keeper of its program, which only waits. */
function statesOf(session: string, program: number): string[] {
  const keeper = findProcess(program)?.ppid;
  return findProcessesByEnvironment({ BATON_SESSION: session }).flatMap(({ pid }) => (pid === keeper ? [] : (findProcess(pid)?.state ?? [])));
}

const isStill = (session: string, program: number) => {
  const states = statesOf(session, program);
  return states.length >= 2 && states.every((state) => state === 'T');
};

async function nudgesOf(town: ScenarioTown, agent: string): Promise<number> {
  return (await eventsOf(town, { agent, types: ['nudge'] })).filter(({ payload }) => payload.reason === 'thaw').length;
}

test('an emergency stop freezes a session with all that it runs, whoever dies, and a thaw lets it go on where it was (app 30)', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  const waiting = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Another');
  assert.match(await town.does('estop', 'smoke', 'in the kitchen'), new RegExp(`is stopped: smoke in the kitchen\\n  frozen: ${agent}`));
  assert.ok(isStill(life.id, life.process.pid), statesOf(life.id, life.process.pid).join(''));
  assert.match(await town.does('status'), /^✕ STOPPED by overseer .*smoke in the kitchen/);
  for (const words of [['sling', waiting, 'app'], ['up'], ['handoff', agent], ['polecat', 'nuke', 'Toast', '--rig', 'app']]) {
    const refused = await town.baton(words);
    assert.deepEqual([refused.exit, /the town is stopped by overseer: smoke/.test(refused.err)], [4, true], `${words.join(' ')}: ${refused.err}`);
  }
  assert.match(await town.does('nudge', agent, 'go on'), /waits for .*: the town is stopped: `baton thaw`/);
  const daemon = await daemonOf(town);
  assert.ok(daemon);
  process.kill(daemon.pid, 'SIGKILL');
  await reviveDaemon(town, daemon);
  giveSign(town, 'go');
  assert.ok(isStill(life.id, life.process.pid), 'the next daemon holds it too');
  assert.match((await town.baton(['estop', 'again'])).out, /is stopped already: smoke/);
  assert.match(await town.does('thaw'), new RegExp(`goes on; frozen were ${agent}`));
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  assert.deepEqual(
    (await livesOf(town, agent)).map((each) => [each.id, each.endReason]),
    [[life.id, 'done']],
    'it was neither judged stuck nor dead',
  );
  assert.equal(await nudgesOf(town, agent), 1);
  assert.equal(await town.does('thaw'), 'the town is not stopped');
  await assertSound(town);
});

test('a person may take a stopped town down, and what was frozen is ended with its work kept (app 30)', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  await town.does('estop');
  await town.does('down');
  assert.deepEqual(findProcessesByEnvironment({ BATON_SESSION: life.id }), []);
  assert.deepEqual(
    (await livesOf(town, agent)).map((each) => each.endReason),
    ['stopped'],
  );
  assert.equal((await town.baton(['up'])).exit, 4, 'it is still stopped');
  await town.does('thaw');
  giveSign(town, 'go');
  await town.does('up');
  await waitForBead(town, bead, 'done');
  await eventually(async () => (await livesOf(town, agent)).length === 2, 'a second life did it');
});
