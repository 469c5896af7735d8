import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { markOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { attachArgv } from './attach-argv.ts';
import { createPane } from './create-pane.ts';
import { findPane, listPanes } from './list-panes.ts';
import { openTmuxChannel } from './open-tmux-channel.ts';
import { startTestServer, waitForChannel } from './testing.ts';
import { askTmux } from './tmux.ts';

const sleeper = { cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'sess_1' };

test('when the channel dies the next command still works, and it opens again (tmux 3)', async (t) => {
  const server = await startTestServer(t);
  const channel = openTmuxChannel({ clock: systemClock, env: server.env, socketName: server.socketName });
  t.after(() => channel.close());
  for (const name of ['a', 'b']) {
    const pid = await waitForChannel(channel);
    process.kill(pid, 'SIGKILL');
    // Waited for without letting this process hear of it.
    while (markOf(pid) !== undefined);
    await createPane(channel, { name, ...sleeper });
    assert.equal((await findPane(channel, name))?.mark, 'sess_1');
  }
});

test('a reading command under way when the channel dies is asked again, another says that its outcome is unknown (tmux 3)', async (t) => {
  const server = await startTestServer(t);
  const channel = openTmuxChannel({ clock: systemClock, env: server.env, socketName: server.socketName });
  t.after(() => channel.close());
  const pid = await waitForChannel(channel);
  const tmuxPid = Number(await askTmux(server.tmux, [['display-message', '-p', '#{pid}']]));
  process.kill(tmuxPid, 'SIGSTOP');
  const reading = listPanes(channel);
  const writing = channel.run([['set-option', '-g', '@x', '1']]).then(
    () => undefined,
    (error: unknown) => error,
  );
  process.kill(pid, 'SIGKILL');
  const outcome = await writing;
  process.kill(tmuxPid, 'SIGCONT');
  assert.ok(isFault(outcome, 'unavailable') && /"set-option" was under way/.test(outcome.message));
  assert.deepEqual(await reading, []);
});

test('many commands at once each get their own answer (tmux 2)', async (t) => {
  const server = await startTestServer(t);
  const channel = openTmuxChannel({ clock: systemClock, env: server.env, socketName: server.socketName });
  t.after(() => channel.close());
  await waitForChannel(channel);
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, at) =>
      channel.run(
        at % 3 === 0
          ? [['has-session', '-t', `=n${at}`]]
          : [
              ['display-message', '-p', `${at}`],
              ['display-message', '-p', 'x'],
            ],
      ),
    ),
  );
  for (const [at, answer] of answers.entries()) {
    assert.deepEqual(answer, at % 3 === 0 ? { kind: 'refused', message: `can't find session: n${at}` } : { kind: 'done', output: `${at}\nx` });
  }
});

test('a closed channel leaves no client behind, and its commands go by processes (tmux 3)', async (t) => {
  const server = await startTestServer(t);
  const channel = openTmuxChannel({ clock: systemClock, env: server.env, socketName: server.socketName });
  const pid = await waitForChannel(channel);
  await channel.close();
  assert.equal(markOf(pid), undefined);
  assert.equal(await askTmux(channel, [['list-clients']]), '');
  await channel.close();
});

test('a person who attaches, from inside another tmux, is seen; the channel is nobody (tmux 5, 11)', async (t) => {
  const [server, own] = [await startTestServer(t), await startTestServer(t)];
  const channel = openTmuxChannel({ clock: systemClock, env: server.env, socketName: server.socketName });
  t.after(() => channel.close());
  await waitForChannel(channel);
  for (const name of ['gt-To', 'gt-Toast']) await createPane(channel, { name, ...sleeper });
  await createPane(own.tmux, { name: 'person', cwd: '/', env: {}, mark: 'm', argv: attachArgv(server.tmux, 'gt-Toast'), width: 100, height: 30 });
  const seen = await eventually(async () => {
    const pane = await findPane(channel, 'gt-Toast');
    return pane?.isPersonAttached && pane;
  }, 'the person is seen');
  assert.deepEqual([seen.width, seen.height], [100, 29]);
  assert.equal((await findPane(channel, 'gt-To'))?.isPersonAttached, false);
  const person = await findPane(own.tmux, 'person');
  assert.ok(person !== undefined && !person.isDead);
  process.kill(person.pid, 'SIGKILL');
  await eventually(async () => (await findPane(channel, 'gt-Toast'))?.isPersonAttached === false, 'the person is gone');
  assert.equal((await findPane(channel, 'gt-Toast'))?.isDead, false);
});
