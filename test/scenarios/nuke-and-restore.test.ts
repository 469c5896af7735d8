import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcessesByEnvironment } from '#host';
import { eventually } from '#host/testing';
import { holding } from '../support/interrupt-at.ts';
import { makeTown } from '../support/town.ts';
import {
  assertSound,
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

test('a polecat that is nuked in the middle of its step is made again as it was, and its work lands once', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  const draft = join(town.root, agent, 'draft.txt');
  writeFileSync(draft, 'half an idea\n');
  const said = await town.does('polecat', 'nuke', 'Toast', '--rig', 'app');
  for (const words of ['nuked: app/polecats/Toast', `restore ${life.id}`, `baton sling ${bead} app`]) assert.ok(said.includes(words), said);
  assert.deepEqual([existsSync(draft), findProcessesByEnvironment({ BATON_SESSION: life.id })], [false, []]);
  assert.equal((await livesOf(town, agent)).at(-1)?.endReason, 'stopped');
  const document = await town.does('sessions', 'show', life.id);
  assert.ok(document.includes(bead), 'it left a document that says what it was at');
  await assertSound(town);
  assert.match(await town.does('why', bead), /handoff document .*stopped on purpose/);
  assert.match(await town.does('sessions', 'restore', life.id, '--agent', agent), new RegExp(`baton sling ${bead} ${agent}`));
  assert.equal(readFileSync(draft, 'utf8'), 'half an idea\n');
  giveSign(town, 'go');
  await town.does('sling', bead, agent);
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual([readLanded(town, 'held.txt'), readLanded(town, 'draft.txt')], [['held'], ['half an idea']]);
  assert.match(await town.does('seance', '--role', 'polecat'), /SESSION_ID +ROLE +STARTED +TOPIC\n.*assigned/);
  assert.equal(await town.does('polecat', 'prune'), 'nothing to give back');
  await assertSound(town);
});

const failing = `[[steps]]\nid = "try"\nrun = "test -e $HOME/signs/mended && echo ok > ok.txt"\n`;

test('a step that failed is tried again by an order, and the work goes on', async (t) => {
  const town = await makeTown(t, { formulas: { failing } });
  const { bead, agent } = await slingNew(town, { formula: 'failing' });
  await waitForEvent(town, { bead, types: ['step_failed'] });
  const pane = (await town.app.town.agents({})).find((each) => each.agent === agent)?.pane ?? '';
  // It has seen by itself that nothing is left to be done before the step is opened again.
  await eventually(async () => /step try failed/.test(await town.does('tmux', 'capture-pane', '-p', '-t', `=${pane}:`)), 'it waits for somebody', patienceMs);
  giveSign(town, 'mended');
  assert.match(await town.does('mol', 'step', 'retry', '--of', bead), /step try of mol-\w+ is open again/);
  const { bead: now } = await town.app.beads.show(bead);
  if (now.hookedBy === null) await town.does('sling', bead, 'app');
  await waitForBead(town, bead, 'done');
  assert.deepEqual(readLanded(town, 'ok.txt'), ['ok']);
});
