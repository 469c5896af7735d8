import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { known } from '#base';
import { findProcess, hostIdentity, markOf } from '#host';
import { eventually } from '#host/testing';
import { attachArgv, createPane, findPane, type Pane, removePane } from '#tmux';
import { startTestServer, type TestServer } from '#tmux/testing';
import { max, workTown } from '#work/testing';
import type { Session } from './model.ts';
import { observeSession } from './observe.ts';
import { getSession } from './read-sessions.ts';
import { recordStarted } from './record.ts';
import type { Observed } from './rules.ts';
import { givenSession } from './testing.ts';

const { bootId } = hostIdentity();
const look = (session: Session, pane: Pane | undefined): Observed => observeSession(session, pane, Date.now(), bootId);

interface Seen {
  readonly server: TestServer;
  readonly session: Session;
  pane(): Promise<Pane>;
  /** Lets a program go on that waits for it. */
  go(): void;
  /** The pane once its program is dead. */
  deadPane(): Promise<Pane>;
}

const waits = 'until [ -e "$GO" ]; do sleep 0.02; done';

/** A session whose program runs in pane A; its pid is recorded unless said otherwise. */
async function play(t: TestContext, script: string, { isRecorded = true } = {}): Promise<Seen> {
  const town = await workTown();
  t.after(() => town.store.close());
  const server = await startTestServer(t);
  const opened = { ...(await givenSession(town, max)), createdAt: Date.now() };
  const sign = join(server.dir, 'go');
  await createPane(server.tmux, { name: 'A', cwd: '/', env: { PATH: process.env.PATH ?? '', GO: sign }, argv: ['/bin/sh', '-c', script], mark: opened.id });
  const pane = async () => known(await findPane(server.tmux, 'A'), 'the pane');
  const { pid, paneId } = await pane();
  if (isRecorded) await recordStarted(town, { session: opened.id, agent: max, paneId, pid, start: known(markOf(pid), 'the program').start, isAdopted: false });
  const { process: program } = await getSession(town.store.db, opened.id);
  const deadPane = () =>
    eventually(async () => {
      const seen = await pane();
      return seen.isDead && seen;
    }, 'the pane is dead');
  return {
    server,
    session: { ...opened, process: program, ...(isRecorded ? { startedAt: Date.now() } : {}) },
    pane,
    go: () => writeFileSync(sign, ''),
    deadPane,
  };
}

test('a session that was never brought to life is absent, and what carries its mark is alive before it is recorded (sessions 16)', async (t) => {
  const { session, pane } = await play(t, 'exec sleep 300', { isRecorded: false });
  assert.deepEqual(look(session, undefined), { kind: 'absent' });
  assert.deepEqual(look(session, { ...(await pane()), mark: 'sess_ffffffff' }), { kind: 'absent' });
  assert.deepEqual(look(session, await pane()), { kind: 'alive' });
});

test('what lives is known by pid and start time, whatever its pane looks like (sessions 16)', async (t) => {
  const { session, pane } = await play(t, 'exec sleep 300');
  for (const each of [await pane(), undefined, { ...(await pane()), isDead: true, deadStatus: 0 }]) assert.deepEqual(look(session, each), { kind: 'alive' });
});

test('a death by signal is told with the signal (sessions 16)', async (t) => {
  const { session, pane, deadPane } = await play(t, 'exec sleep 300');
  process.kill((await pane()).pid, 'SIGSEGV');
  const seen = look(session, await deadPane());
  assert.ok(seen.kind === 'dead');
  assert.deepEqual([seen.reason, seen.evidence], ['crashed', { exitCode: null, signal: 'SIGSEGV', class: 'crash' }]);
});

test('a death with an exit code is told with it, also before the start was recorded (sessions 14, 16)', async (t) => {
  for (const isRecorded of [true, false]) {
    const { session, go, deadPane } = await play(t, `${waits}; exit 7`, { isRecorded });
    go();
    const seen = look(session, await deadPane());
    assert.ok(seen.kind === 'dead');
    assert.deepEqual([seen.reason, seen.evidence], ['crashed', { exitCode: 7, signal: null, class: 'crash' }]);
  }
});

test('a clean exit with nobody there is told as clean, and is for the rule to judge (sessions 3, 16)', async (t) => {
  const { session, go, deadPane } = await play(t, `${waits}; exit 0`);
  go();
  const seen = look(session, await deadPane());
  assert.ok(seen.kind === 'dead');
  assert.deepEqual([seen.reason, seen.evidence.class], ['crashed', 'clean']);
});

test("a clean exit under a person's eyes is a stop; a crash there is a crash (sessions 3)", async (t) => {
  const terminal = await startTestServer(t);
  for (const [code, reason] of [
    ['0', 'stopped'],
    ['1', 'crashed'],
  ]) {
    const { server, session, pane, deadPane } = await play(t, `trap 'exit ${code}' USR1; while :; do sleep 0.02; done`);
    await createPane(terminal.tmux, { name: `person${code}`, cwd: '/', env: {}, mark: 'm', argv: attachArgv(server.tmux, 'A') });
    await eventually(async () => (await pane()).isPersonAttached, 'the person is seen');
    process.kill((await pane()).pid, 'SIGUSR1');
    const seen = look(session, await deadPane());
    assert.equal(seen.kind === 'dead' && seen.reason, reason);
  }
});

test('a program that is gone with its pane is lost (sessions 16)', async (t) => {
  const { server, session, pane, deadPane } = await play(t, 'exec sleep 300');
  process.kill((await pane()).pid, 'SIGKILL');
  await removePane(server.tmux, (await deadPane()).paneId);
  const seen = look(session, undefined);
  assert.ok(seen.kind === 'dead');
  assert.deepEqual([seen.reason, seen.evidence.class], ['lost', 'lost']);
  const other = { ...session, id: 'sess_ffffffff' };
  assert.equal(look(other, undefined).kind, 'dead', 'a pane of another mark says nothing of it');
});

test("a program from before the host was restarted is told as that, though its pid may be another's now (sessions 16)", async (t) => {
  const { session, pane } = await play(t, 'exec sleep 300');
  const { pid } = await pane();
  const before = { ...session, process: { pid, start: '123-0badb007' } };
  const seen = look(before, undefined);
  assert.deepEqual([seen.kind === 'dead' && seen.reason, seen.kind === 'dead' && seen.evidence], ['host-restart', { class: 'host-restart' }]);
});

test('of a program that died after its pane was listed nothing is told yet; the next look tells how it ended (sessions 16)', async (t) => {
  const { session, pane, deadPane } = await play(t, 'exec sleep 300');
  const stale = await pane();
  process.kill(stale.pid, 'SIGKILL');
  const fresh = await deadPane();
  assert.equal(findProcess(stale.pid), undefined);
  const early = look(session, stale);
  assert.deepEqual(early.kind === 'dead' && early.evidence, { exitCode: null, signal: null, class: 'crash' });
  const seen = look(session, fresh);
  assert.deepEqual([seen.kind, seen.kind === 'dead' && seen.evidence.signal], ['dead', 'SIGKILL']);
  const respawned = { ...stale, pid: process.pid };
  assert.equal(look(session, respawned).kind, 'dead', 'another program in its pane is not it');
});

test('a death is dated between the last sign of life and now, though tmux tells whole seconds (sessions 5)', async (t) => {
  const { session, pane, deadPane } = await play(t, 'exec sleep 300');
  process.kill((await pane()).pid, 'SIGKILL');
  const dead = await deadPane();
  const now = Date.now();
  const dated = (facts: Partial<Session>, at = now) => {
    const seen = observeSession({ ...session, ...facts }, dead, at, bootId);
    return seen.kind === 'dead' ? seen.at : undefined;
  };
  const started = session.startedAt ?? 0;
  assert.ok((dead.deadAt ?? 0) <= now && Number(dead.deadAt) % 1000 === 0);
  assert.equal(dated({}), Math.max(started, dead.deadAt ?? 0));
  assert.equal(dated({ progressAt: now - 1 }), now - 1);
  assert.equal(dated({ progressAt: now + 60_000 }), now, 'a clock that was put back dates no death in the future');
});
