import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { systemClock } from '#host';
import { eventually } from '#host/testing';
import { getRuntime } from '#runtimes';
import { typeNudge } from '#sessions';
import { findPane, openTmux } from '#tmux';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, livesOf, patienceMs, waitForEvent, waitForLife } from '../support/watch-town.ts';

function waitForScreen(town: ScenarioTown, pane: string, text: RegExp): Promise<unknown> {
  return eventually(async () => text.test((await town.baton(['tmux', 'capture-pane', '-p', '-t', `=${pane}:`])).out), `${text} in ${pane}`, patienceMs);
}

test('a role in code mode is started, shown, restarted, recovered and stopped like every other, and its documents do not heap up', async (t) => {
  const town = await makeTown(t, { settings: 'restart.first_s = 0\n' });
  const witness = await town.app.agents.find('app/witness');
  const started = await town.app.sessions.start(witness, { runtime: 'view' });
  assert.deepEqual([started.kind, started.generation], ['started', 1]);
  await waitForScreen(town, witness.pane, /no model runs here\.[\s\S]*daemon runs, pid \d+[\s\S]*POLECATS/);
  await waitForEvent(town, { agent: witness.address, types: ['turn_ended'] });
  await eventually(
    async () => / gen 1$/m.test(await town.does('tmux', 'show-options', '-v', '-t', `=${witness.pane}:`, 'status-right')),
    'the status line',
    patienceMs,
  );
  await town.does('daemon', 'stop');
  await waitForScreen(town, witness.pane, /The daemon was stopped/);
  const restarted = await town.app.sessions.restart(await town.app.agents.find('app/witness'), {});
  assert.equal(restarted.generation, 2);
  await waitForEvent(town, { agent: witness.address, types: ['handoff_received'] });
  const { process: program } = await waitForLife(town, witness.address, 2);
  process.kill(program.pid, 'SIGKILL');
  await waitForLife(town, witness.address, 3);
  await waitForScreen(town, witness.pane, /generation 3[\s\S]*POLECATS/);
  const seq = (
    await waitForEvent(town, { after: (await eventsOf(town, { types: ['session_death'] })).at(-1)?.seq ?? 0, agent: witness.address, types: ['turn_ended'] })
  ).seq;
  assert.ok(seq > 0);
  await town.app.sessions.stop([await town.app.agents.find('app/witness')]);
  assert.deepEqual(
    (await livesOf(town, witness.address)).map(({ runtime, endReason }) => [runtime, endReason]),
    [
      ['view', 'handoff'],
      ['view', 'crashed'],
      ['view', 'stopped'],
    ],
  );
  await assertSound(town);
});

test('a line is typed into the prompt of an idle runbook and begins a turn; over a half-typed one nothing is', async (t) => {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app');
  const max = await town.app.agents.find('app/crew/max');
  await waitForScreen(town, max.pane, /\n❯\s*$/);
  const socketName = basename(await town.does('tmux', 'display-message', '-p', '#{socket_path}'));
  const tmux = openTmux({ clock: systemClock, env: town.env, socketName });
  const { paneId } = (await findPane(tmux, max.pane)) ?? assert.fail();
  const nudge = (text: string) =>
    typeNudge({ tmux, clock: systemClock }, { paneId, runtime: getRuntime('runbook', makeSettings({ town: {}, rigs: {} })), text });
  const turnsEnded = { agent: max.address, types: ['turn_ended'] };
  const before = (await eventsOf(town, turnsEnded)).at(-1)?.seq ?? 0;
  // It asks its hook now and then, and is busy for that moment.
  const typed = await eventually(async () => (await nudge('look at your hook,\nthen at "$(mail)"')) === 'typed', 'typed', patienceMs);
  assert.ok(typed);
  const turn = await waitForEvent(town, { ...turnsEnded, after: before });
  await waitForScreen(town, max.pane, /── look at your hook, then at "\$\(mail\)"[\s\S]*\n❯\s*$/);
  await town.does('tmux', 'send-keys', '-t', paneId, '-l', 'half a li');
  await waitForScreen(town, max.pane, /\n❯ half a li\s*$/);
  assert.equal(await nudge('no'), 'half-typed');
  await town.does('tmux', 'send-keys', '-t', paneId, '-l', 'ne');
  await town.does('tmux', 'send-keys', '-t', paneId, 'Enter');
  await waitForEvent(town, { ...turnsEnded, after: turn.seq });
  await waitForScreen(town, max.pane, /── half a line[\s\S]*\n❯\s*$/);
  await town.does('tmux', 'send-keys', '-t', paneId, 'C-c');
  await eventually(async () => (await livesOf(town, max.address)).at(-1)?.endReason === 'stopped', 'Ctrl-C at the prompt stops it', patienceMs);
  await tmux.close();
});

test('a nudge reaches an idle agent through its prompt; one to a busy agent waits for the end of its turn, and hooking or mailing an idle one wakes it', async (t) => {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app');
  const max = await town.app.agents.find('app/crew/max');
  await waitForScreen(town, max.pane, /\n❯\s*$/);
  const told = await town.does('nudge', max.address, 'look at "$(this)"; now');
  assert.match(told, /^(app\/crew\/max has it|waits for app\/crew\/max) \(nu-\w{5}\)/);
  await waitForScreen(town, max.pane, /── \[Baton nu-\w{5}\] overseer: look at "\$\(this\)"; now/);
  await waitForEvent(town, { agent: max.address, types: ['nudge_received'] });
  const [nudge] = await town.app.nudges.list({ agent: max.address, limit: 5 });
  assert.deepEqual([nudge?.channel, nudge?.reason], ['keys', 'person']);
  assert.match(await town.does('nudge', 'list', max.address), /nu-\w{5} +● consumed +app\/crew\/max +overseer/);
  const said = await town.does('broadcast', 'the registry is down', '--rig', 'app');
  assert.match(said, /^nudged 1 agent\n {2}app\/crew\/max \(nu-\w{5}\)$/);
  await waitForScreen(town, max.pane, /overseer: the registry is down/);
  await town.does('mail', 'send', max.address, '-s', 'Rotate the keys');
  await waitForScreen(town, max.pane, /overseer, who calls it "Rotate the keys"/);
  const refused = await town.baton(['nudge', max.address, 'a\u001bb']);
  assert.equal(refused.exit, 2, refused.err);
  const gone = await town.baton(['nudge', 'app/witness', 'hello']);
  assert.equal(gone.exit, 3, gone.err);
  await assertSound(town);
});
