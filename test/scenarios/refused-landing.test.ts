import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainGit } from '#git/testing';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, readLanded, slingNew, waitForBead, waitForEvent, waitForRest } from '../support/watch-town.ts';

const writes = (text: string) => `[[steps]]\nid = "write"\nrun = "until [ -e $HOME/signs/go ]; do sleep 0.05; done; echo ${text} > line.txt"\n`;

test('work that a gate refuses comes back with the gate’s words, keeps its branch, and lands when the gate is mended', async (t) => {
  const town = await makeTown(t, { formulas: { bad: writes('bad') }, rig: `gates = ["test -f line.txt", "! grep -n bad line.txt"]\n` });
  giveSign(town, 'go');
  const { bead, agent } = await slingNew(town, { formula: 'bad' });
  const { branch, merge } = await assertRefused(town, { bead, agent }, ['gate "! grep -n bad line.txt" failed', '1:bad']);
  assert.deepEqual(plainGit(repository(town), 'show', `${branch}:line.txt`), 'bad');

  writeFileSync(join(town.root, 'app', 'rig.toml'), 'gates = ["test -f line.txt"]\n');
  await town.does('mq', 'retry', merge);
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'line.txt'), ['bad']);
  await assertSound(town);
});

test('of two works that contradict each other one lands, the other comes back with the files, and a second try lands it', async (t) => {
  const town = await makeTown(t, {
    formulas: { left: writes('left'), right: writes('right'), again: '[[steps]]\nid = "again"\nrun = "echo again > other.txt"\n' },
  });
  const slung = await Promise.all([slingNew(town, { formula: 'left' }), slingNew(town, { formula: 'right' })]);
  giveSign(town, 'go');
  const refused = await waitForEvent(town, { types: ['merge_failed'] });
  const back = slung.find(({ bead }) => bead === refused.bead);
  assert.ok(back);
  await assertRefused(town, back, ['conflicts with "main" in line.txt']);
  const landed = slung.find(({ bead }) => bead !== refused.bead);
  await waitForBead(town, landed?.bead ?? '', 'done');

  await town.does('sling', back.bead, 'app', '--formula', 'again');
  await waitForBead(town, back.bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'other.txt'), ['again']);
  await assertSound(town);
});

/** The bead is open again with the failure as a note, the branch is there, the polecat is gone. */
async function assertRefused(
  town: ScenarioTown,
  { bead, agent }: { bead: string; agent: string },
  words: readonly string[],
): Promise<{ branch: string; merge: string }> {
  const { payload } = await waitForEvent(town, { bead, types: ['merge_failed'] });
  await waitForBead(town, bead, 'open');
  await waitForEvent(town, { agent, types: ['polecat_retired'] });
  const shown = await town.does('bead', 'show', bead);
  for (const word of words) assert.ok(shown.includes(word), `"${word}" in:\n${shown}`);
  const list = await town.does('mq', 'list');
  assert.match(list, new RegExp(`✕ refused +${bead}`));
  const branch = String(payload.branch);
  assert.match(plainGit(repository(town), 'rev-parse', `refs/heads/${branch}`), /^[0-9a-f]{40}$/);
  assert.equal((await livesOf(town, agent)).at(-1)?.endReason, 'done');
  assert.equal((await eventsOf(town, { bead, types: ['merged'] })).length, 0);
  return { branch, merge: String(payload.merge) };
}

function repository(town: ScenarioTown): string {
  return join(town.root, 'app', 'repo.git');
}
