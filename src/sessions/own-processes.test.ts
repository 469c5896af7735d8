import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { known } from '#base';
import { findProcess, isAlive, markOf, type ProcessMark, systemClock } from '#host';
import { eventually, tempDir } from '#host/testing';
import { endUntilGone, findOlderProcesses, findSessionProcesses } from './own-processes.ts';

const agent = 'app/crew/max';

/** A program with the environment of a session in a town that only this test has; it and what it left are gone afterwards. */
function play(test: TestContext, root: string, script: string, env: Record<string, string> = {}): ChildProcess & { pid: number } {
  const words = { BATON_TOWN: root, BATON_AGENT: agent, BATON_SESSION: 'sess_00000001' };
  const child = spawn('/bin/bash', ['-c', script, 'bash', root], { stdio: 'ignore', env: { PATH: process.env.PATH, ...words, ...env } });
  assert.ok(child.pid !== undefined);
  test.after(() => child.kill('SIGKILL'));
  return child as ChildProcess & { pid: number };
}

/** The pid that a script wrote into a file of its town. */
function readPid(root: string, name: string): Promise<ProcessMark> {
  return eventually(() => {
    const path = join(root, name);
    return existsSync(path) && readFileSync(path, 'utf8').endsWith('\n') ? markOf(Number(readFileSync(path, 'utf8'))) : undefined;
  }, `the pid in ${name}`);
}

const say = (name: string) => `echo $BASHPID > "$1/${name}.tmp"; mv "$1/${name}.tmp" "$1/${name}"`;
const stay = 'sleep 300';
const own = (root: string, id = 'sess_00000001') => findSessionProcesses(root, { id, process: undefined });
const pids = (marks: readonly ProcessMark[]) => marks.map(({ pid }) => pid).sort((a, b) => a - b);
const endAll = (root: string) => endUntilGone({ clock: systemClock }, () => own(root), { interruptMs: 0, termMs: 300, killMs: 1000 });

test('a child that left its group, one that lost its parent, and what these started are found (sessions 10)', async (t) => {
  const root = tempDir(t);
  const child = play(
    t,
    root,
    `setsid bash -c '${say('setsid')}; sleep 300 & wait' bash "$1" & (bash -c '${say('orphan')}; exec sleep 300' bash "$1" & exit) & ${stay}`,
  );
  t.after(() => endAll(root));
  const [leader, orphan] = [await readPid(root, 'setsid'), await readPid(root, 'orphan')];
  await eventually(() => findProcess(orphan.pid)?.ppid !== child.pid, 'the orphan has lost its parent');
  assert.notEqual(findProcess(leader.pid)?.sid, findProcess(child.pid)?.sid);
  const found = pids(own(root));
  for (const pid of [child.pid, leader.pid, orphan.pid]) assert.ok(found.includes(pid), `${pid} of ${found}`);
  assert.deepEqual(await endAll(root), []);
  assert.deepEqual(own(root), []);
});

test('a descendant without the environment is found, and so is the program by pid and start alone (sessions 10)', async (t) => {
  const root = tempDir(t);
  const program = play(t, root, `env -i /bin/bash -c '${say('bare')}; exec /bin/sleep 300' bash "$1" & ${stay}`);
  t.after(() => endAll(root));
  const bare = await readPid(root, 'bare');
  assert.ok(pids(own(root)).includes(bare.pid));
  const stranger = play(t, root, stay, { BATON_TOWN: '/elsewhere' });
  const mark = known(markOf(stranger.pid), 'its mark');
  const byMark = (start: string) => findSessionProcesses('/nowhere', { id: 'sess_00000001', process: { pid: mark.pid, start } });
  assert.deepEqual(pids(byMark(mark.start)), [stranger.pid]);
  assert.deepEqual(byMark(`1${mark.start}`), []);
  assert.ok(isAlive(known(markOf(program.pid), 'the program')));
});

test('a stranger with a similar environment is none of them (sessions 10)', async (t) => {
  const root = tempDir(t);
  const others = [
    { BATON_SESSION: 'sess_000000011' },
    { BATON_SESSION: 'sess_00000002' },
    { BATON_TOWN: `${root}2` },
    { BATON_TOWN: '', OTHER: `BATON_TOWN=${root}` },
    { XBATON_SESSION: 'sess_00000001', BATON_SESSION: '' },
  ].map((env) => play(t, root, stay, env));
  const child = play(t, root, 'exec sleep 300');
  await eventually(() => own(root).length > 0, 'the program');
  assert.deepEqual(pids(own(root)), [child.pid]);
  assert.deepEqual(await endAll(root), []);
  assert.ok(
    others.every(({ pid }) => markOf(pid) !== undefined),
    'the strangers live on',
  );
});

test('older generations of an agent are found, and not the one that starts, another agent, or who names no session (sessions 15)', async (t) => {
  const root = tempDir(t);
  const older = [play(t, root, 'exec sleep 300'), play(t, root, 'exec sleep 300', { BATON_SESSION: 'sess_00000002' })];
  for (const env of [{ BATON_SESSION: 'sess_00000003' }, { BATON_AGENT: 'app/crew/maxi' }, { BATON_SESSION: '' }]) play(t, root, 'exec sleep 300', env);
  const isExec = (pid: number) => findProcess(pid)?.command === 'sleep';
  await eventually(() => older.every(({ pid }) => isExec(pid)), 'the older ones');
  assert.deepEqual(pids(findOlderProcesses(root, agent, 'sess_00000003')), pids(older.map(({ pid }) => ({ pid, start: '' }))));
});

test("a daemon that a session's command started, and what it runs, are not the session's (sessions 10)", async (t) => {
  const root = tempDir(t);
  const daemon = `
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { findSessionProcesses } from ${JSON.stringify(join(import.meta.dirname, 'own-processes.ts'))};
    const [root] = process.argv.slice(1);
    const helper = spawn('/bin/sleep', ['300'], { stdio: 'ignore' });
    const found = findSessionProcesses(root, { id: 'sess_00000001', process: undefined }).map(({ pid }) => pid);
    helper.kill();
    writeFileSync(root + '/found', JSON.stringify({ own: process.pid, helper: helper.pid, parent: process.ppid, found }) + '\\n');`;
  const node = `env -u BATON_SESSION -u BATON_TOWN -u BATON_AGENT setsid "${process.execPath}" --input-type=module -e "$DAEMON" "$1"`;
  play(t, root, `${node} & ${stay}`, { DAEMON: daemon, HOME: root });
  t.after(() => endAll(root));
  const told = await eventually(
    () => existsSync(join(root, 'found')) && readFileSync(join(root, 'found'), 'utf8').endsWith('\n') && readFileSync(join(root, 'found'), 'utf8'),
    'the answer',
  );
  const { own: ownPid, helper, parent, found } = JSON.parse(told) as { own: number; helper: number; parent: number; found: number[] };
  assert.ok(found.includes(parent), 'the command that started it is');
  assert.ok(!found.includes(ownPid) && !found.includes(helper), `${[ownPid, helper]} in ${found}`);
});

test('what ignores SIGTERM and what is stopped are ended too, and what is left is told (sessions 11)', async (t) => {
  const root = tempDir(t);
  const deaf = play(t, root, `trap '' INT TERM HUP; ${say('deaf')}; while :; do sleep 0.05; done`);
  const stopped = play(t, root, `${say('stopped')}; ${stay}`);
  await Promise.all([readPid(root, 'deaf'), readPid(root, 'stopped')]);
  process.kill(stopped.pid, 'SIGSTOP');
  await eventually(() => findProcess(stopped.pid)?.state === 'T', 'it is stopped');
  const marks = own(root);
  assert.ok(pids(marks).includes(deaf.pid));
  const left = await endUntilGone({ clock: systemClock }, () => own(root), { interruptMs: 30, termMs: 60, killMs: 0 });
  assert.ok(pids(left).includes(deaf.pid) && !pids(left).includes(stopped.pid), 'without SIGKILL the deaf one stays');
  assert.deepEqual(await endAll(root), []);
  assert.deepEqual(marks.filter(isAlive), []);
});

test('one that is forked while others are ended is ended too (sessions 11)', async (t) => {
  const root = tempDir(t);
  play(
    t,
    root,
    `trap 'touch $1/trapped; setsid bash -c "${say('late').replaceAll('"', '\\"').replaceAll('$', '\\$')}; exec sleep 300" bash "$1" & exit' TERM; ${say('first')}; while :; do sleep 0.05; done`,
  );
  await readPid(root, 'first');
  assert.deepEqual(await endAll(root), []);
  assert.ok(existsSync(join(root, 'trapped')), 'it forked when it was asked to end');
  assert.deepEqual(own(root), []);
});
