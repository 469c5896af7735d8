import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sevenNames, sevenSteps } from '../support/seven-steps.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  giveSign,
  livesOf,
  readLanded,
  readPrimeOf,
  slingNew,
  waitForBead,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

/** The step's own command hands off when it runs for the first time, and would go on for ever after that. */
const handOffItself = (name: string) =>
  `[ -e $HOME/signs/own.${name} ] || { touch $HOME/signs/own.${name}; baton handoff -s "own at ${name}" -m "own note ${name}"; sleep 600; }`;

test('a molecule of seven steps goes on at the right step after a handoff in the middle of each', async (t) => {
  // It hands itself off as soon as it is there, again and again: without a cool-down.
  const settings = '[handoff]\ncooldown_s = 0\n';
  const town = await makeTown(t, { settings, formulas: { outside: sevenSteps('outside'), own: sevenSteps('own', handOffItself) } });
  const [outside, own] = await Promise.all([slingNew(town, { formula: 'outside' }), slingNew(town, { formula: 'own' })]);
  await Promise.all([handOffFromOutside(town, outside.agent), waitForBead(town, own.bead, 'done')]);
  await waitForBead(town, outside.bead, 'done');
  await waitForRest(town);

  for (const [file, { agent }] of Object.entries({ outside, own })) {
    assert.deepEqual(readLanded(town, `${file}.txt`), sevenNames, 'the effect of each step happened exactly once');
    const lives = await livesOf(town, agent);
    assert.deepEqual(
      lives.map(({ generation, endReason }) => `${generation} ${endReason}`),
      ['1 handoff', '2 handoff', '3 handoff', '4 handoff', '5 handoff', '6 handoff', '7 handoff', '8 done'],
    );
    for (const [i, name] of sevenNames.entries()) assertPrimed(lives[i + 1], `${file === 'own' ? 'own ' : ''}note ${name}`, name);
  }
  await assertSound(town);
});

async function handOffFromOutside(town: ScenarioTown, agent: string): Promise<void> {
  for (const [i, name] of sevenNames.entries()) {
    const life = await waitForLife(town, agent, i + 1);
    await waitForSign(town, 'outside.began', `${name} ${life.generation}`);
    await town.does('handoff', agent, '-s', `at ${name}`, '-m', `note ${name}\nNext: finish ${name}`);
    giveSign(town, `outside.${name}`);
  }
}

/** The life was told once that its predecessor handed off, with these notes, and to go on at this step. */
function assertPrimed(life: Parameters<typeof readPrimeOf>[0], note: string, step: string): void {
  const prime = readPrimeOf(life);
  for (const words of ['Do not hand off again', note, `: ${step}. Close it with`]) assert.equal(prime.split(words).length, 2, `"${words}" once in:\n${prime}`);
}
