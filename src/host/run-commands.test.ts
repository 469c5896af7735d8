import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { isAlive, markOf } from './processes.ts';
import { endCommands, runCommands } from './run-commands.ts';
import { systemClock } from './system-clock.ts';
import { eventually, tempDir } from './testing.ts';

const deps = { clock: systemClock, env: { PATH: process.env.PATH ?? '' } };
const timeoutMs = 20_000;

test('commands run one after another in their folder, until one fails (host 13)', async (t) => {
  const dir = tempDir(t);
  assert.deepEqual(await runCommands(deps, { dir, commands: ['echo 1 >> log', 'echo 2 >> log'], timeoutMs }), { kind: 'passed' });
  const failed = await runCommands(deps, { dir, commands: ['echo 3 >> log', 'echo out; echo why >&2; exit 7', 'echo 4 >> log'], timeoutMs });
  assert.deepEqual(failed, { kind: 'failed', command: 'echo out; echo why >&2; exit 7', detail: 'exit code 7\nout\nwhy' });
  assert.equal(readFileSync(join(dir, 'log'), 'utf8'), '1\n2\n3\n');
});

test('of a command that prints much its last lines are kept, each cut (host 13)', async (t) => {
  const command = 'head -c 50000000 /dev/zero | tr "\\0" x; echo; seq 1 100; exit 1';
  const answer = await runCommands(deps, { dir: tempDir(t), commands: [command], timeoutMs });
  assert.ok(answer.kind === 'failed');
  assert.deepEqual(answer.detail.split('\n').slice(0, 2), ['exit code 1', '81']);
  const long = await runCommands(deps, { dir: tempDir(t), commands: ['head -c 100000 /dev/zero | tr "\\0" x; exit 1'], timeoutMs });
  assert.ok(long.kind === 'failed' && long.detail.length < 1000, 'one endless line is cut too');
});

test('a command that hangs is ended at its limit with all its processes, and one that is killed says by what (host 13)', async (t) => {
  const dir = tempDir(t);
  const hung = await runCommands(deps, { dir, commands: ['sleep 60 & echo $! > pid; wait'], timeoutMs: 2000 });
  assert.deepEqual(hung, { kind: 'failed', command: 'sleep 60 & echo $! > pid; wait', detail: 'it took longer than 2s' });
  assert.equal(markOf(Number(readFileSync(join(dir, 'pid'), 'utf8'))), undefined);
  const killed = await runCommands(deps, { dir, commands: ['kill -9 $$'], timeoutMs });
  assert.ok(killed.kind === 'failed' && killed.detail === 'ended by SIGKILL');
});

test('one that is cut off is ended with all its processes, and told as that and not as failed (host 13)', async (t) => {
  const dir = tempDir(t);
  const cut = new AbortController();
  const running = runCommands(deps, { dir, commands: ['sleep 60 & echo $! > pid.new; mv pid.new pid; wait', 'touch next'], timeoutMs, signal: cut.signal });
  await eventually(() => existsSync(join(dir, 'pid')), 'it runs');
  cut.abort();
  await assert.rejects(running, (error) => isFault(error, 'unavailable') && error.message.endsWith('was cut off'));
  assert.equal(markOf(Number(readFileSync(join(dir, 'pid'), 'utf8'))), undefined);
  await assert.rejects(runCommands(deps, { dir, commands: ['touch next'], timeoutMs, signal: cut.signal }), (error) => isFault(error, 'unavailable'));
  assert.ok(!existsSync(join(dir, 'next')));
});

test('what a killed process of ours left running in a folder is ended before the next works there, and nothing else (host 13)', async (t) => {
  const [dir, other] = [tempDir(t), tempDir(t)];
  const left = await leaveBehind(dir);
  const elsewhere = await leaveBehind(other);
  assert.deepEqual(await runCommands(deps, { dir, commands: ['true'], timeoutMs }), { kind: 'passed' });
  assert.deepEqual([isAlive(left), isAlive(elsewhere)], [false, true]);
  await endCommands(deps, other);
  assert.equal(isAlive(elsewhere), false);
});

/** A command whose starter is killed under it. */
async function leaveBehind(dir: string) {
  const script = `import { runCommands } from ${JSON.stringify(import.meta.resolve('./run-commands.ts'))};
import { systemClock } from ${JSON.stringify(import.meta.resolve('./system-clock.ts'))};
await runCommands({ clock: systemClock, env: { PATH: process.env.PATH } }, { dir: process.argv[1], commands: ['echo $$ > pid.new; mv pid.new pid; sleep 60'], timeoutMs: 60000 });`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script, dir], { stdio: 'ignore' });
  await eventually(() => existsSync(join(dir, 'pid')), 'the command runs');
  const mark = markOf(Number(readFileSync(join(dir, 'pid'), 'utf8')));
  assert.ok(mark !== undefined);
  const gone = new Promise((resolve) => starter.once('exit', resolve));
  starter.kill('SIGKILL');
  await gone;
  return mark;
}
