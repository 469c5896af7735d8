import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { known } from '#base';
import { makeSource } from '#git/testing';
import { endProcesses, findProcessesByEnvironment, markOf, systemClock } from '#host';
import { adoptSession } from '#sessions';
import { givenEnd, givenSession, givenStarted } from '#sessions/testing';
import { createPane, ensureServer, findPane } from '#tmux';
import { addCrew, addRig } from '#town';
import { isFaultWith } from '#town/testing';
import { findCaller } from './find-caller.ts';
import { appTown } from './testing.ts';
import { openTownTmux, tmuxSocketName } from './tmux.ts';

const max = 'app/crew/max';
const overseer = { actor: 'overseer' };

async function townOfMax(t: TestContext) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  return town;
}

test('the environment is believed first, and without it a person calls, wherever they stand (app 23)', async (t) => {
  const town = await townOfMax(t);
  const session = await givenStarted(town, max);
  const by = { actor: max, session: session.id };
  assert.deepEqual(await findCaller({ ...town, by }), by);
  assert.deepEqual(await findCaller({ ...town, cwd: join(town.root, max) } as typeof town), overseer);
});

test('a pane of ours says by its mark who calls; a pane that a person opened, or one of another server, says nothing (app 23)', async (t) => {
  const town = await townOfMax(t);
  t.after(() => endProcesses({ clock: systemClock }, findProcessesByEnvironment({ TMUX_TMPDIR: town.dir }), { interruptMs: 0, termMs: 1000, killMs: 2000 }));
  const tmux = openTownTmux(town);
  await ensureServer(tmux);
  const session = await givenSession(town, max);
  await createPane(tmux, { name: 'ours', cwd: '/', env: { TMUX_TMPDIR: town.dir }, argv: ['sleep', '300'], mark: session.id });
  const { paneId } = known(await findPane(tmux, 'ours'), 'the pane');
  const call = (server: string, pane: string) => findCaller({ ...town, env: { ...town.env, TMUX: `${server},1,0`, TMUX_PANE: pane } });
  const socket = join(town.dir, 'tmux-0', tmuxSocketName(town.root));
  assert.deepEqual(await call(socket, paneId), { actor: max, session: session.id });
  assert.deepEqual(await call(socket, '%9999'), overseer);
  assert.deepEqual(await call(join(town.dir, 'tmux-0', 'default'), paneId), overseer);
});

test('what an adopted program runs calls as its session, also after that has ended, until it is gone (app 23)', async (t) => {
  const town = await townOfMax(t);
  const parent = known(markOf(process.ppid), 'the parent');
  const program = { agent: max, runtime: 'runbook', host: town.host.id, process: parent, cwd: join(town.root, max) };
  const { session } = await adoptSession(town, program);
  const by = { actor: max, session: session.id };
  assert.deepEqual(await findCaller(town), by);
  const ended = await givenEnd(town, session, 'handoff', { isGone: false });
  assert.deepEqual(await findCaller(town), by);
  await assert.rejects(
    town.store.change({ ...by }, async () => ({ answer: undefined, events: [{ type: 'late' }] })),
    isFaultWith('conflict', 'your session has ended', 'stop'),
  );
  await givenEnd(town, ended, 'handoff');
  assert.deepEqual(await findCaller(town), overseer);
});
