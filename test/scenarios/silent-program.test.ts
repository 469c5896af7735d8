import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { oneStep } from '../support/small-agents.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, livesOf, readLanded, slingNew, waitForBead, waitForRest } from '../support/watch-town.ts';

const program = join(import.meta.dirname, '../support/agents/silent.sh');

test('a program that settings/agents.json alone describes, and that reports nothing, is slung work, asks for its prime, and hands in', async (t) => {
  const town = await makeTown(t, { formulas: oneStep });
  mkdirSync(join(town.root, 'settings'), { recursive: true });
  const agents = { silent: { command: 'sh', args: [program] } };
  writeFileSync(join(town.root, 'settings/agents.json'), JSON.stringify({ agents, role_agents: { polecat: 'silent' } }));
  const { bead, agent } = await slingNew(town, { formula: 'one' });
  await waitForBead(town, bead, 'done');
  const [life, ...more] = await livesOf(town, agent);
  assert.deepEqual([life?.runtime, life?.endReason, more.length], ['silent', 'done', 0]);
  assert.match(readFileSync(join(town.person.dir, 'h/primed'), 'utf8'), /You are polecat/);
  await waitForRest(town);
  assert.match(readLanded(town, 'made.txt').join('\n'), /^\[GAS TOWN\] polecat/);
  await assertSound(town);
});
