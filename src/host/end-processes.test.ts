import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endProcesses } from './end-processes.ts';
import type { ProcessMark } from './model.ts';
import { isAlive, markOf } from './processes.ts';
import { systemClock } from './system-clock.ts';
import { eventually, tempDir } from './testing.ts';

const waits = { interruptMs: 5000, termMs: 5000, killMs: 5000 };
const deps = { clock: systemClock };

/** A shell that writes which signals it got, and ends at the one named. */
async function startTrap(t: TestContext, endsAt: string): Promise<{ child: ChildProcess; mark: ProcessMark; heard: () => string }> {
  const file = join(tempDir(t), 'heard');
  const script = `for s in INT TERM; do trap "echo $s >> '$1'; [ $s = ${endsAt} ] && exit 0" $s; done; echo ready > "$1"; while :; do sleep 0.02; done`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', file], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  await eventually(() => existsSync(file) && readFileSync(file, 'utf8') === 'ready\n', 'the traps are set');
  const mark = markOf(child.pid ?? 0);
  assert.ok(mark !== undefined);
  return { child, mark, heard: () => readFileSync(file, 'utf8') };
}

test('a process that ends when asked gets no further signal (host 8)', async (t) => {
  const { mark, heard } = await startTrap(t, 'INT');
  assert.deepEqual(await endProcesses(deps, [mark], waits), []);
  assert.equal(heard(), 'ready\nINT\n');
});

test('asked first, then SIGTERM, then SIGKILL; a wait of 0 leaves the signal out (host 8)', async (t) => {
  const stubborn = await startTrap(t, 'nothing');
  assert.deepEqual(await endProcesses(deps, [stubborn.mark], { interruptMs: 150, termMs: 150, killMs: 5000 }), []);
  assert.equal(stubborn.heard(), 'ready\nINT\nTERM\n');
  assert.equal(isAlive(stubborn.mark), false);
  const polite = await startTrap(t, 'TERM');
  assert.deepEqual(await endProcesses(deps, [polite.mark], { ...waits, interruptMs: 0 }), []);
  assert.equal(polite.heard(), 'ready\nTERM\n');
});

test('a stopped process is continued so that it can end by itself (host 8)', async (t) => {
  const { child, mark, heard } = await startTrap(t, 'TERM');
  child.kill('SIGSTOP');
  assert.deepEqual(await endProcesses(deps, [mark], { ...waits, interruptMs: 0 }), []);
  assert.equal(heard(), 'ready\nTERM\n');
});

test('a mark whose pid belongs to another process by now is left alone, and survivors are answered (host 8)', async (t) => {
  const { mark, heard } = await startTrap(t, 'TERM');
  assert.deepEqual(await endProcesses(deps, [{ ...mark, start: 'before' }], waits), []);
  assert.equal(heard(), 'ready\n');
  assert.deepEqual(await endProcesses(deps, [mark], { interruptMs: 150, termMs: 0, killMs: 0 }), [mark]);
});

test('never pid 1, a group or itself (host 8)', async () => {
  for (const pid of [0, 1, -5, process.pid]) await assert.rejects(endProcesses(deps, [{ pid, start: 'x' }], waits), { name: 'Bug' });
});
