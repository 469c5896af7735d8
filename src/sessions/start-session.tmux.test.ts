import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFault, known } from '#base';
import { hostIdentity, isAlive, markOf, type ProcessMark, readEnvironmentOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { readEvents } from '#store';
import { createPane, findPane, listPanes, type Pane } from '#tmux';
import { startTestServer, type TestServer } from '#tmux/testing';
import { townPaths } from '#town/model';
import { type TestTown, testTown } from '#town/testing';
import { max, seedAgents } from '#work/testing';
import { clearSession } from './clear-session.ts';
import type { Session } from './model.ts';
import { observeSession } from './observe.ts';
import { findSessionProcesses } from './own-processes.ts';
import { readPidFile, writePidFile } from './pid-file.ts';
import { getSession } from './read-sessions.ts';
import { type StartRequest, startSession } from './start-session.ts';
import { givenEnd, givenSession, runApart } from './testing.ts';
import { findKept } from './under-keeper.ts';

const paneName = 'ap-crew-max';

interface Place extends TestTown {
  readonly server: TestServer;
}

async function place(test: TestContext): Promise<Place> {
  const town = await testTown(test);
  await seedAgents(town.store, [max]);
  return { ...town, server: await startTestServer(test) };
}

function environment(town: TestTown, session: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', BATON_TOWN: town.root, BATON_AGENT: max, BATON_SESSION: session };
}

function requestFor(town: TestTown, session: Session, argv = ['sleep', '300']): StartRequest {
  return { session, pane: paneName, cwd: town.dir, argv, env: environment(town, session.id) };
}

const start = (town: Place, session: Session, argv?: string[]) =>
  startSession({ ...town, tmux: town.server.tmux, clock: systemClock }, requestFor(town, session, argv));
const paneOf = async (town: Place): Promise<Pane> => known(await findPane(town.server.tmux, paneName), 'the pane');
/** The program that the pane's own process keeps. */
const programIn = async (pane: Pane): Promise<ProcessMark> =>
  known(await findKept({ clock: systemClock }, known(markOf(pane.pid), 'the keeper lives')), 'it keeps a program');
const starts = async (town: Place) => (await readEvents(town.store.db, { types: ['session_start'] })).map(({ payload }) => payload.isAdopted);

test("a session's program starts in its pane with its environment, and pid and start time are recorded (sessions 12)", async (t) => {
  const town = await place(t);
  const session = await givenSession(town, max);
  const answer = await start(town, session);
  const pane = await paneOf(town);
  const program = await programIn(pane);
  assert.deepEqual(answer, { kind: 'started', pid: program.pid });
  assert.deepEqual([pane.mark, pane.isDead], [session.id, false]);
  const recorded = await getSession(town.store.db, session.id);
  assert.deepEqual([recorded.process, recorded.paneId], [program, pane.paneId]);
  await eventually(() => readEnvironmentOf(program.pid)?.BATON_SESSION === session.id, 'its environment');
  assert.deepEqual(await start(town, recorded), { kind: 'adopted', pid: program.pid });
  assert.deepEqual(await starts(town), [false], 'it was recorded once');
});

for (const point of ['start.pane.before', 'start.pane.after', 'start.record.before', 'start.record.inside', 'start.record.after']) {
  test(`killed at ${point} and asked again, there is one program, started or adopted (sessions 12)`, async (t) => {
    const town = await place(t);
    const session = await givenSession(town, max);
    const call = '(room, parts, request) => room.startSession(parts, request)';
    const killed = await runApart('#sessions', call, requestFor(town, session), { root: town.root, server: town.server, fault: `${point}=kill` });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    const before = await findPane(town.server.tmux, paneName);
    assert.equal(before === undefined, point === 'start.pane.before');
    const answer = await start(town, session);
    assert.equal(answer.kind, before === undefined ? 'started' : 'adopted');
    const pane = await paneOf(town);
    assert.ok(before === undefined || before.pid === pane.pid);
    const program = await programIn(pane);
    assert.deepEqual(
      await eventually(() => {
        const found = findSessionProcesses(town.root, session);
        return found.length > 1 && found;
      }, 'the keeper and its program'),
      [markOf(pane.pid), program],
    );
    assert.deepEqual(
      [(await getSession(town.store.db, session.id)).process?.pid, (await starts(town)).length, (await listPanes(town.server.tmux)).length],
      [program.pid, 1, 1],
    );
  });
}

test("a program in the pane that is nobody's is told and left alone, and nothing is recorded (sessions 13)", async (t) => {
  const town = await place(t);
  const session = await givenSession(town, max);
  await createPane(town.server.tmux, { name: paneName, cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'somebody' });
  const pane = await paneOf(town);
  const answer = await start(town, session);
  assert.ok(answer.kind === 'unknown-pane' && answer.detail.includes(`pid ${pane.pid}`), JSON.stringify(answer));
  assert.ok(isAlive(known(markOf(pane.pid), 'it lives')));
  assert.deepEqual([(await getSession(town.store.db, session.id)).startedAt, await starts(town)], [undefined, []]);
});

test('the next generation takes the dead pane of the one before, also where a person has split it (sessions 12)', async (t) => {
  const town = await place(t);
  const first = await givenSession(town, max);
  await start(town, first);
  const pane = await paneOf(town);
  const { tmux } = town.server;
  await tmux.run([['split-window', '-d', '-b', '-t', pane.paneId, 'sleep 300']]);
  process.kill((await programIn(pane)).pid, 'SIGKILL');
  await eventually(async () => (await paneOf(town)).isDead, 'the pane is dead');
  assert.equal((await paneOf(town)).deadSignal, 'SIGKILL', 'its keeper ends as it ended');
  await givenEnd(town, first, 'crashed');
  const second = await givenSession(town, max, { predecessor: first.id });
  assert.equal((await start(town, second)).kind, 'started');
  const now = await paneOf(town);
  assert.deepEqual([now.paneId, now.mark, now.isDead, (await listPanes(tmux)).length], [pane.paneId, second.id, false, 2]);
});

test('a program that exits at once is told at once, and the next look says how (sessions 14)', async (t) => {
  const town = await place(t);
  const session = await givenSession(town, max);
  await start(town, session, ['/bin/sh', '-c', 'echo no such model; exit 3']);
  // Its keeper holds the terminal for another moment.
  const pane = await eventually(async () => {
    const seen = await paneOf(town);
    return seen.deadStatus !== undefined && seen;
  }, 'its pane tells how it ended');
  const observed = observeSession(await getSession(town.store.db, session.id), pane, Date.now(), hostIdentity().bootId);
  assert.ok(observed.kind === 'dead');
  assert.equal(observed.evidence.exitCode, 3);
  assert.deepEqual(await start(town, session), { kind: 'gone-at-once' });
  assert.equal((await paneOf(town)).mark, session.id, 'its pane is kept for whoever looks');
});

test("a program that can't be started at all is no start (sessions 14)", async (t) => {
  const town = await place(t);
  const session = await givenSession(town, max);
  await assert.rejects(
    startSession({ ...town, tmux: town.server.tmux, clock: systemClock }, { ...requestFor(town, session), cwd: `${town.dir}/gone` }),
    (error) => isFault(error, 'not-found'),
  );
  assert.deepEqual([await findPane(town.server.tmux, paneName), await starts(town)], [undefined, []]);
});

test('every process of an older generation has ended before the program starts, wherever it went (sessions 15)', async (t) => {
  const town = await place(t);
  const first = await givenEnd(town, await givenSession(town, max), 'crashed');
  const env = environment(town, first.id);
  const deaf = spawn('/usr/bin/setsid', ['/bin/bash', '-c', `trap '' TERM; while :; do sleep 0.05; done`], { stdio: 'ignore', env });
  t.after(() => deaf.kill('SIGKILL'));
  const session = await givenSession(town, max, { predecessor: first.id });
  await eventually(() => findSessionProcesses(town.root, first).length > 0, 'the older one');
  assert.equal((await start(town, session)).kind, 'started');
  assert.deepEqual(findSessionProcesses(town.root, first), []);
  assert.equal(markOf(known(deaf.pid, 'its pid')), undefined);
});

test('a file tells the process of each pane from its start until it is gone; one of a dead or foreign process harms nobody (sessions 28)', async (t) => {
  const town = await place(t);
  const stranger = spawn('/bin/sleep', ['300'], { stdio: 'ignore', env: {} });
  t.after(() => stranger.kill('SIGKILL'));
  const mark = known(markOf(known(stranger.pid, 'its pid')), 'it lives');
  for (const stale of [
    { pid: mark.pid, start: 'before-boot' },
    { pid: 4_000_000, start: mark.start },
  ]) {
    writePidFile(town.root, paneName, stale);
    const session = await givenSession(town, max);
    assert.equal((await start(town, session)).kind, 'started');
    const pane = await paneOf(town);
    assert.deepEqual(readPidFile(town.root, paneName), await programIn(pane));
    const ended = await givenEnd(town, await getSession(town.store.db, session.id), 'stopped', { isGone: false });
    const deps = { ...town, tmux: town.server.tmux, clock: systemClock, logDir: town.dir };
    await clearSession(deps, ended, await paneOf(town), { interruptMs: 0, termMs: 1000, killMs: 1000 }, async () => undefined);
    assert.equal(readPidFile(town.root, paneName), undefined);
  }
  assert.ok(isAlive(mark), 'whose pid a file names by another start is left alone');
  writeFileSync(join(townPaths(town.root).pids, `${paneName}.pid`), 'torn');
  assert.equal(readPidFile(town.root, paneName), undefined);
});

test("the process that a pane's file names is ended before the next generation, also where it has wiped its environment (sessions 28)", async (t) => {
  const town = await place(t);
  const bare = spawn('/usr/bin/setsid', ['/bin/sleep', '300'], { stdio: 'ignore', env: {} });
  t.after(() => bare.kill('SIGKILL'));
  const mark = known(markOf(known(bare.pid, 'its pid')), 'it lives');
  writePidFile(town.root, paneName, mark);
  assert.equal((await start(town, await givenSession(town, max))).kind, 'started');
  assert.ok(!isAlive(mark));
});
