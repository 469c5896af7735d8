import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { runProgram } from '#host';
import { underKeeper } from './under-keeper.ts';

const run = async (script: string) => {
  const { code, signal } = await runProgram({}, underKeeper([process.execPath, '-e', script]));
  return [code, signal];
};

test('a program under its keeper ends as it would without: by its code, or by its signal (sessions 34)', async () => {
  assert.deepEqual(await run('process.exit(0)'), [0, null]);
  assert.deepEqual(await run('process.exit(7)'), [7, null]);
  assert.deepEqual(await run("process.kill(process.pid, 'SIGKILL')"), [null, 'SIGKILL']);
  assert.deepEqual(await run("process.kill(process.pid, 'SIGTERM')"), [null, 'SIGTERM']);
  assert.deepEqual((await runProgram({}, underKeeper(['/nonexistent/program']))).code, 127);
});

test('words reach the program as they are (sessions 34)', async () => {
  const words = ['a b', '$HOME', "it's", '', '*'];
  const { stdout } = await runProgram({}, underKeeper([process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', ...words]));
  assert.deepEqual(JSON.parse(stdout), words);
});

test('a program that answers a signal itself is waited for (sessions 34)', async () => {
  const script = "process.on('SIGTERM', () => process.exit(3)); console.log('ready'); setInterval(() => {}, 1000)";
  const child = spawn('/bin/sh', underKeeper([process.execPath, '-e', script]).slice(1), { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  // As `endProcesses` and a terminal do it: the keeper and its program are both told.
  process.kill(-(child.pid ?? assert.fail()), 'SIGTERM');
  assert.deepEqual(await ended, [3, null]);
});
