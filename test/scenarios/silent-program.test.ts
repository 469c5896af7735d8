import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { oneStep } from '../support/small-agents.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest } from '../support/watch-town.ts';

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

test('work slung to a program that runs and reports nothing hangs on its hook at once, with words that say how it gets there', async (t) => {
  const town = await makeTown(t, { settings: 'roles.crew.runtime = "mute"\nruntimes.mute.command = ["sh", "-c", "sleep 600"]\nruntimes.mute.ready_s = 1\n' });
  const max = 'app/crew/max';
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app');
  const { id } = await waitForLife(town, max);
  const bead = (await town.does('bead', 'create', 'Mend the roof', '--rig', 'app', '--quiet')).trim();
  const told = await town.does('sling', bead, max);
  assert.match(
    told,
    new RegExp(`^${max} has on its hook ${bead} .*${id}\\)\n  its program reports nothing: nothing is typed into it, and it finds the work when it asks`),
  );
  assert.match(await town.does('hook', '--agent', max), new RegExp(bead));
  const other = (await town.does('bead', 'create', 'Another', '--rig', 'app', '--quiet')).trim();
  await town.does('unsling', bead);
  const answer = JSON.parse(await town.does('sling', other, max, '--json')) as { session: string; reaches: string };
  assert.deepEqual([answer.session, answer.reaches], [id, 'asked']);
});
