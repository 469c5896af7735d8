import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fault, isFault, known } from '#base';
import { markOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { readEvents } from '#store';
import { captureScreen, createPane, findPane, type Pane } from '#tmux';
import { startTestServer, type TestServer } from '#tmux/testing';
import { type TestTown, testTown } from '#town/testing';
import { max, seedAgents } from '#work/testing';
import { clearSession } from './clear-session.ts';
import type { Session } from './model.ts';
import { findSessionProcesses } from './own-processes.ts';
import { getSession } from './read-sessions.ts';
import { startSession } from './start-session.ts';
import { givenEnd, givenSession, runApart } from './testing.ts';

const paneName = 'ap-crew-max';
const phases = { interruptMs: 0, termMs: 300, killMs: 1000 };

interface Place extends TestTown {
  readonly server: TestServer;
  readonly session: Session;
  readonly logDir: string;
}

/** A session that was handed off: its life is over by the record, its program and a child in a session of its own live on. */
async function place(test: TestContext, script = 'echo last words; setsid sleep 300 & exec sleep 300'): Promise<Place> {
  const town = await testTown(test);
  await seedAgents(town.store, [max]);
  const server = await startTestServer(test);
  const opened = await givenSession(town, max);
  const env = { PATH: process.env.PATH ?? '', BATON_TOWN: town.root, BATON_AGENT: max, BATON_SESSION: opened.id };
  await startSession(
    { ...town, tmux: server.tmux, clock: systemClock },
    { session: opened, pane: paneName, cwd: town.dir, argv: ['/bin/bash', '-c', script], env },
  );
  await eventually(async () => (await captureScreen(server.tmux, (await paneOf({ server })).paneId)).includes('last words'), 'its last words');
  await eventually(() => findSessionProcesses(town.root, opened).length >= 2, 'its child');
  const session = await givenEnd(town, opened, 'handoff', { isGone: false });
  const logDir = join(town.dir, 'screens');
  mkdirSync(logDir);
  return { ...town, server, session, logDir };
}

const paneOf = async ({ server }: Pick<Place, 'server'>): Promise<Pane> => known(await findPane(server.tmux, paneName), 'the pane');
const clear = async (town: Place, preserve: () => Promise<string | undefined> = async () => undefined) =>
  clearSession({ ...town, tmux: town.server.tmux, clock: systemClock }, town.session, await findPane(town.server.tmux, paneName), phases, preserve);
const isGone = async (town: Place) => (await getSession(town.store.db, town.session.id)).goneAt !== undefined;

test('clearing away a life ends program and children, keeps the screen, and only then says that it is gone (sessions 17)', async (t) => {
  const town = await place(t);
  const answer = await clear(town, async () => {
    assert.deepEqual([findSessionProcesses(town.root, town.session), await isGone(town)], [[], false]);
    return 'refs/baton/preserved/x';
  });
  const screen = join(town.logDir, `${town.session.id}.screen`);
  assert.deepEqual(answer, { kind: 'gone', screen });
  assert.match(readFileSync(screen, 'utf8'), /last words/);
  assert.ok(await isGone(town));
  const [gone] = await readEvents(town.store.db, { types: ['session_gone'] });
  assert.deepEqual(gone?.payload, { session: town.session.id, screen, preserved: 'refs/baton/preserved/x' });
  assert.equal((await paneOf(town)).isDead, true, 'its pane stays for the successor');
});

for (const point of ['clear.ended.after', 'clear.screen.after', 'session.gone.before', 'session.gone.inside', 'session.gone.after']) {
  test(`killed at ${point} and asked again, a life is cleared away once (sessions 17)`, async (t) => {
    const town = await place(t);
    const call = `(room, parts, { session, pane, phases, logDir }) => room.clearSession({ ...parts, logDir }, session, pane, phases, async () => undefined)`;
    const request = { session: town.session, pane: await paneOf(town), phases, logDir: town.logDir };
    const killed = await runApart('#sessions', call, request, { root: town.root, server: town.server, fault: `${point}=kill` });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    assert.equal(await isGone(town), point === 'session.gone.after');
    assert.equal((await clear(town)).kind, 'gone');
    assert.match(readFileSync(join(town.logDir, `${town.session.id}.screen`), 'utf8'), /last words/);
    assert.equal((await readEvents(town.store.db, { types: ['session_gone'] })).length, 1);
  });
}

test('while a process survives, nothing is recorded and the survivor is named (sessions 17)', async (t) => {
  const town = await place(t, `trap '' TERM; echo last words; sleep 300 & while :; do sleep 0.05; done`);
  const program = await paneOf(town);
  const deps = { ...town, tmux: town.server.tmux, clock: systemClock };
  const answer = await clearSession(deps, town.session, program, { interruptMs: 0, termMs: 50, killMs: 0 }, () => Promise.reject(new Error('not yet')));
  assert.ok(answer.kind === 'alive' && answer.survivors.some(({ pid }) => pid === program.pid), JSON.stringify(answer));
  assert.deepEqual([await isGone(town), existsSync(join(town.logDir, `${town.session.id}.screen`))], [false, false]);
});

test("what can't be preserved keeps the life from being gone, until it can (sessions 17)", async (t) => {
  const town = await place(t);
  const full = () => Promise.reject(new Fault('unavailable', 'the disk is full', { hint: 'free some space' }));
  await assert.rejects(clear(town, full), (error) => isFault(error, 'unavailable'));
  assert.equal(await isGone(town), false);
  assert.equal((await clear(town)).kind, 'gone');
});

test("the screen of somebody else's pane is not kept as the session's (sessions 17)", async (t) => {
  const town = await place(t);
  const other = await createPane(town.server.tmux, { name: 'other', cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'sess_ffffffff' });
  const pane = known(await findPane(town.server.tmux, 'other'), 'the other pane');
  const answer = await clearSession({ ...town, tmux: town.server.tmux, clock: systemClock }, town.session, pane, phases, async () => undefined);
  assert.deepEqual(answer, { kind: 'gone', screen: undefined });
  assert.ok(markOf(pane.pid) !== undefined && other === pane.paneId, 'and it lives on');
});
