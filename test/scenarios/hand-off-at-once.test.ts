import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteLength } from '#base';
import { holding } from '../support/interrupt-at.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, livesOf, readLanded, readPrimeOf, slingNew, waitForBead, waitForRest, waitForSign } from '../support/watch-town.ts';

test('of six handoffs of one agent at once one ends it, and each of the others says what became of its words', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const numbers = [1, 2, 3, 4, 5, 6];
  const asked = await Promise.all(numbers.map((n) => town.baton(['handoff', agent, '-s', `subject ${n}`, '-m', `note ${n} of six`])));
  await waitForSign(town, 'began', '2');
  assert.equal((await livesOf(town, agent)).length, 2, 'one life ended, one began');
  assert.equal(asked.filter(({ out }) => out.startsWith('handed off ')).length, 1);
  const prime = readPrimeOf((await livesOf(town, agent)).at(-1));
  for (const [i, { exit, out, err }] of asked.entries()) {
    assert.equal(exit, 0, out + err);
    const shown = await town.does('sessions', 'show', (await livesOf(town, agent))[0]?.id ?? '');
    assert.ok(`${prime}\n${shown}`.includes(`note ${numbers[i]} of six`), `${out}\n${shown}`);
  }
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  await assertSound(town);
});

test('notes of a megabyte are kept whole, and the prime that tells them stays within its budget', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const line = 'what was tried and did not work, at length; ';
  const input = `Next: read on\nNote: ${line.repeat(22_000)}the end of it`;
  const handed = await town.baton(['handoff', agent, '-s', 'long', '--stdin'], { input });
  assert.equal(handed.exit, 0, handed.err);
  await waitForSign(town, 'began', '2');
  const [first, second] = await livesOf(town, agent);
  const prime = readPrimeOf(second);
  assert.ok(byteLength(prime) <= 10_000, `${byteLength(prime)} bytes`);
  assert.ok(prime.includes(`baton sessions show ${first?.id}`), 'the cut says where the rest is');
  assert.ok((await town.does('sessions', 'show', first?.id ?? '')).includes('the end of it'), 'and there it is');
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});
