import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { findProcessesByEnvironment, isAlive, markOf, type ProcessMark, readEnvironmentOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { attachArgv } from './attach-argv.ts';
import { startChannelClient } from './channel-client.ts';
import { createPane } from './create-pane.ts';
import { ensureServer } from './ensure-server.ts';
import { findPane, listPanes } from './list-panes.ts';
import { openTmux } from './open-tmux.ts';
import { removePane } from './pane.ts';
import { stopServer } from './stop-server.ts';
import { openTestChannel, prepareTestServer, startTestServer, waitForChannel } from './testing.ts';
import { askTmux, type Tmux } from './tmux.ts';

const sleeper = { cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'sess_1' };

async function getServer(tmux: Tmux): Promise<ProcessMark> {
  const mark = markOf(Number(await askTmux(tmux, [['display-message', '-p', '#{pid}']])));
  assert.ok(mark !== undefined);
  return mark;
}

async function killServer(tmux: Tmux): Promise<void> {
  const server = await getServer(tmux);
  process.kill(server.pid, 'SIGKILL');
  await eventually(() => !isAlive(server), 'the server is gone');
}

test('many who ask at once get one server (tmux 4)', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const { tmux } = prepareTestServer(t);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ensureServer(tmux)));
    assert.equal(answers.filter(({ kind }) => kind === 'started').length, 1);
    assert.equal(await askTmux(tmux, [['list-sessions', '-F', '#{session_name}']]), 'baton-channel');
  }
});

test('the server has its settings, nothing of its caller, and needs no process in its hidden session (tmux 4)', async (t) => {
  process.env.BATON_CALLERS_SECRET = 'x';
  t.after(() => void delete process.env.BATON_CALLERS_SECRET);
  const { tmux, env } = await startTestServer(t);
  const shown = await askTmux(
    tmux,
    ['exit-empty', 'remain-on-exit', 'destroy-unattached', 'update-environment'].map((name) => ['show-options', '-gv', name]),
  );
  assert.equal(shown, 'off\non\noff');
  const server = await getServer(tmux);
  const { OLDPWD: _, PWD: __, ...environment } = readEnvironmentOf(server.pid) ?? {};
  assert.deepEqual(environment, env);
  assert.equal(readlinkSync(`/proc/${server.pid}/cwd`), '/');
  await eventually(async () => (await askTmux(tmux, [['list-panes', '-a', '-F', '#{pane_dead}']])) === '1', 'the hidden pane is dead');
  assert.deepEqual(await listPanes(tmux), []);
  assert.deepEqual(await ensureServer(tmux), { kind: 'running' });
});

test("the person's file changes tastes, not promises, and its mistakes are told (tmux 4)", async (t) => {
  const { tmux, dir } = prepareTestServer(t);
  const configPath = join(dir, 'tmux.conf');
  writeFileSync(configPath, 'set -g status-left mine\nset -g remain-on-exit off\nset -g history-limit 77\nbogus thing\n');
  const answer = await ensureServer(tmux, { configPath });
  assert.ok(answer.kind === 'started' && /bogus/.test(answer.configProblem ?? ''));
  assert.equal(await askTmux(tmux, [['show-options', '-gv', 'remain-on-exit']]), 'on');
  const other = prepareTestServer(t).tmux;
  writeFileSync(configPath, 'set -g status-left mine\n');
  assert.deepEqual(await ensureServer(other, { configPath }), { kind: 'started', configProblem: undefined });
  assert.equal(await askTmux(other, [['show-options', '-gv', 'status-left']]), 'mine');
  assert.deepEqual(await ensureServer(prepareTestServer(t).tmux, { configPath: join(dir, 'none') }), { kind: 'started', configProblem: undefined });
});

test('a killed server is told as gone, and is brought back (tmux 3, 4, 6)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  for (const tmux of [server.tmux, channel]) {
    await createPane(tmux, { name: 'a', ...sleeper });
    await killServer(server.tmux);
    assert.deepEqual(await listPanes(tmux), []);
    assert.equal((await tmux.run([['display-message', '-p', 'x']])).kind, 'no-server');
    await assert.rejects(createPane(tmux, { name: 'a', ...sleeper }), (error) => isFault(error, 'unavailable'));
    assert.deepEqual(await ensureServer(tmux), { kind: 'started', configProblem: undefined });
    await createPane(tmux, { name: 'b', ...sleeper });
    assert.deepEqual(
      (await listPanes(tmux)).map(({ session }) => session),
      ['b'],
    );
  }
});

test('a lost hidden session is made again, beside the panes that live (tmux 4)', async (t) => {
  const { tmux } = await startTestServer(t);
  await createPane(tmux, { name: 'a', ...sleeper });
  const pane = await findPane(tmux, 'a');
  await askTmux(tmux, [['kill-session', '-t', '=baton-channel']]);
  assert.equal((await ensureServer(tmux)).kind, 'started');
  assert.equal((await findPane(tmux, 'a'))?.pid, pane?.pid);
});

test('a server without sessions has no panes, and that is no trouble (tmux 6)', async (t) => {
  const { tmux } = await startTestServer(t);
  await askTmux(tmux, [['kill-session', '-t', '=baton-channel']]);
  assert.deepEqual(await listPanes(tmux), []);
});

test('nobody but its start begins a server: not a pane, a channel or a person who comes just after its death (tmux 4)', async (t) => {
  const { tmux, env, socketName, dir } = prepareTestServer(t);
  // A server that the person's own file began would leave this behind.
  writeFileSync(join(dir, '.tmux.conf'), `run-shell 'touch ${dir}/begun'\n`);
  await assert.rejects(createPane(tmux, { name: 'a', ...sleeper }), (error) => isFault(error, 'unavailable') && /baton up/.test(error.hint ?? ''));
  const channel = startChannelClient({ ...tmux.connection, env });
  await eventually(() => channel.isOver(), 'the client finds nobody');
  const [program = '', ...words] = attachArgv(tmux, 'a');
  assert.match(spawnSync(program, words, { env, encoding: 'utf8' }).stderr, /error connecting|no server|not a terminal/);
  assert.deepEqual([existsSync(join(dir, 'begun')), findProcessesByEnvironment({ TMUX_TMPDIR: dir })], [false, []], socketName);
});

test('trouble with the socket is a fault, not an empty list (tmux 6)', async (t) => {
  const { env } = prepareTestServer(t);
  const tmux = openTmux({ clock: systemClock, env, socketName: 'x'.repeat(120) });
  await assert.rejects(listPanes(tmux), (error) => isFault(error, 'unavailable') && /too long/.test(error.message));
  const missing = openTmux({ clock: systemClock, env, socketName: 'x', program: '/no/tmux' });
  await assert.rejects(listPanes(missing), (error) => isFault(error, 'unavailable') && /"\/no\/tmux"/.test(error.message));
});

test('a hung server is a timeout on each way, and works on when it wakes (tmux 6)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  const mark = await getServer(server.tmux);
  process.kill(mark.pid, 'SIGSTOP');
  for (const tmux of [server.tmux, channel]) {
    await assert.rejects(tmux.run([['display-message', '-p', 'x']], { timeoutMs: 300 }), (error) => isFault(error, 'timeout'));
  }
  process.kill(mark.pid, 'SIGCONT');
  for (const tmux of [server.tmux, channel]) assert.deepEqual(await tmux.run([['display-message', '-p', 'x']]), { kind: 'done', output: 'x' });
});

test('two servers do not see each other, and the end of one leaves the other (tmux 5)', async (t) => {
  const [one, other] = [await startTestServer(t), await startTestServer(t)];
  for (const { tmux } of [one, other]) await createPane(tmux, { name: 'same', ...sleeper });
  const [first, second] = [await findPane(one.tmux, 'same'), await findPane(other.tmux, 'same')];
  assert.notEqual(first?.pid, second?.pid);
  await killServer(one.tmux);
  const left = await findPane(other.tmux, 'same');
  assert.deepEqual([left?.pid, left?.isDead], [second?.pid, false]);
});

test('the server ends only when no pane lives (tmux 12)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  const paneId = await createPane(channel, { name: 'a', ...sleeper });
  const pane = await findPane(channel, 'a');
  assert.ok(pane !== undefined);
  await assert.rejects(stopServer(channel), (error) => isFault(error, 'conflict'));
  assert.equal((await findPane(channel, 'a'))?.isDead, false);
  process.kill(pane.pid, 'SIGKILL');
  await eventually(async () => (await findPane(channel, 'a'))?.isDead, 'the pane is dead');
  const mark = await getServer(channel);
  await stopServer(channel);
  assert.equal(isAlive(mark), false);
  await stopServer(channel);
  await ensureServer(channel);
  await stopServer(channel);
  await assert.rejects(removePane(channel, paneId), (error) => isFault(error, 'unavailable'));
});

test('the server ends although one of its clients does not leave (tmux 12)', async (t) => {
  const server = await startTestServer(t);
  const stuck = await waitForChannel(await openTestChannel(t, server));
  process.kill(stuck, 'SIGSTOP');
  const mark = await getServer(server.tmux);
  await stopServer(server.tmux);
  assert.deepEqual([isAlive(mark), markOf(stuck)], [false, undefined]);
});

test('the server ends although a client that has no session any more still has words to read (tmux 12)', async (t) => {
  const { tmux, env, socketName } = await startTestServer(t);
  const deaf = spawn('tmux', ['-L', socketName, '-C', 'attach-session', '-t', '=baton-channel'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => deaf.kill('SIGKILL'));
  await eventually(async () => (await askTmux(tmux, [['list-clients', '-F', '#{client_pid}']])) === String(deaf.pid), 'it is attached');
  deaf.stdin.end('list-keys\n'.repeat(200));
  await askTmux(tmux, [['kill-session', '-t', '=baton-channel']]);
  assert.equal((await tmux.run([['list-clients']])).kind, 'refused');
  const mark = await getServer(tmux);
  assert.ok(isAlive(markOf(deaf.pid ?? 0) as ProcessMark), 'and is held by what it has not read');
  await stopServer(tmux);
  assert.equal(isAlive(mark), false);
});
