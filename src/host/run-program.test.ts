import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { isAlive, markOf } from './processes.ts';
import { runProgram } from './run-program.ts';
import { eventually, tempDir } from './testing.ts';

const sh = (script: string, ...words: string[]) => ['/bin/sh', '-c', script, 'sh', ...words];

test('words reach the program as they are, and any exit status is an answer (host 2, 5)', async () => {
  const words = ['a b', '$HOME', '`x`', '\';"', '*', '', 'zwei\nZeilen 😀'];
  const result = await runProgram({}, ['printf', '%s|', ...words]);
  assert.equal(result.stdout, words.map((word) => `${word}|`).join(''));
  assert.deepEqual(await runProgram({}, sh('echo oh >&2; exit 3')), {
    code: 3,
    signal: null,
    stdout: '',
    stderr: 'oh\n',
    timedOut: false,
    aborted: false,
    truncated: false,
  });
  assert.equal((await runProgram({}, sh('kill -9 $$'))).signal, 'SIGKILL');
});

test('input, folder and environment are those handed in, and only those (host 2)', async (t) => {
  const cwd = tempDir(t);
  const result = await runProgram({ cwd, env: { ONLY: 'this' }, input: 'given\n' }, sh('cat; echo "$ONLY|$HOME"; pwd'));
  assert.equal(result.stdout, `given\nthis|\n${cwd}\n`);
});

test('a program that does not read its input is no error (host 2)', async () => {
  const result = await runProgram({ input: 'x'.repeat(1_000_000) }, ['true']);
  assert.equal(result.code, 0);
});

test('a missing program, a missing folder and too long a command line are faults that name them (host 5)', async () => {
  await assert.rejects(runProgram({}, ['no-such-program-here']), (error) => isFault(error, 'unavailable') && /"no-such-program-here"/.test(error.message));
  await assert.rejects(runProgram({ cwd: '/no/such/folder' }, ['true']), (error) => isFault(error, 'not-found') && /"\/no\/such\/folder"/.test(error.message));
  await assert.rejects(runProgram({}, ['true', 'x'.repeat(3_000_000)]), (error) => isFault(error, 'invalid') && /"true"/.test(error.message));
});

test('output over the bound keeps head and tail (host 4)', async () => {
  const result = await runProgram({ outputBytesMax: 1000 }, sh('echo first; seq 1 100000; echo last'));
  assert.equal(result.truncated, true);
  assert.match(result.stdout, /^first\n1\n[\s\S]*\n… \d+ bytes left out …\n[\s\S]*100000\nlast\n$/);
  assert.ok(result.stdout.length < 1100);
});

test('all output arrives, however much (host 2)', async () => {
  const result = await runProgram({}, sh('seq 1 1000000'));
  assert.equal(result.stdout.length, 6_888_896);
  assert.equal(result.truncated, false);
});

test('a grandchild that keeps the pipes open cannot hold the answer back (host 2)', async (t) => {
  const file = join(tempDir(t), 'pid');
  const result = await runProgram({}, sh('sleep 60 & echo $! > "$1"; echo done', file));
  assert.deepEqual([result.code, result.stdout], [0, 'done\n']);
  const pid = Number(readFileSync(file, 'utf8'));
  assert.notEqual(markOf(pid), undefined);
  process.kill(pid, 'SIGKILL');
});

test('a timeout ends the whole session, also who ignores SIGTERM or lost its parent (host 3)', async (t) => {
  const file = join(tempDir(t), 'pids');
  const script = 'trap "" TERM; (sleep 61 & echo $! >> "$1"); sleep 62 & echo $! >> "$1"; echo $$ >> "$1"; echo begun; while :; do sleep 1; done';
  const result = await runProgram({ timeoutMs: 2000 }, sh(script, file));
  assert.deepEqual([result.timedOut, result.aborted, result.stdout, result.signal], [true, false, 'begun\n', 'SIGKILL']);
  const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
  assert.deepEqual([pids.length, pids.map(markOf)], [3, [undefined, undefined, undefined]]);
});

test('an abort ends the program, and one that came before starts nothing (host 3)', async (t) => {
  const file = join(tempDir(t), 'pid');
  const stop = new AbortController();
  const running = runProgram({ signal: stop.signal }, sh('echo $$ > "$1"; sleep 60', file));
  const mark = await eventually(() => (existsSync(file) ? markOf(Number(readFileSync(file, 'utf8'))) : undefined), 'the program runs');
  stop.abort();
  assert.equal((await running).aborted, true);
  assert.equal(isAlive(mark), false);
  assert.equal((await runProgram({ signal: stop.signal }, sh('echo > "$1.2"', file))).aborted, true);
  assert.equal(existsSync(`${file}.2`), false);
});
