import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, livesOf, patienceMs } from '../support/watch-town.ts';

const count = 30;

test('30 sessions started at once are all primed and ready, and `down` stops them all with nothing left', async (t) => {
  const town = await makeTown(t);
  const names = Array.from({ length: count }, (_, i) => `c${i + 1}`);
  for (const name of names) await town.does('crew', 'add', name, '--rig', 'app');
  const startMs = await time(() => town.does('crew', 'start', '--all'));
  await eventually(async () => (await readStates(town)).every((state) => state === 'ready 1'), 'all are ready', patienceMs);
  assert.equal((await readStates(town)).length, count);
  // Their first turns, in which they find nothing to do, may have begun meanwhile.
  await eventually(async () => (await town.does('agents')).match(/ ready /g)?.length === count, 'all are told as ready', patienceMs);
  await assertSound(town);
  const againMs = await time(() => town.does('up'));
  const downMs = await time(() => town.does('down'));
  for (const name of names)
    assert.deepEqual(
      (await livesOf(town, `app/crew/${name}`)).map(({ endReason, goneAt }) => [endReason, typeof goneAt]),
      [['stopped', 'number']],
    );
  t.diagnostic(`${count} sessions: started and primed in ${startMs} ms, \`up\` again in ${againMs} ms, stopped in ${downMs} ms`);
});

/** State and generation of each crew member. */
async function readStates(town: ScenarioTown): Promise<string[]> {
  const agents = await town.app.town.agents({ rig: 'app' });
  return agents.filter(({ role }) => role === 'crew').map(({ state, generation }) => `${state} ${generation}`);
}

async function time(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return Math.round(performance.now() - startedAt);
}
