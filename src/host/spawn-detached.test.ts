import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { findProcess, isAlive, markOf } from './processes.ts';
import { runProgram } from './run-program.ts';
import { spawnDetached } from './spawn-detached.ts';
import { eventually, tempDir } from './testing.ts';

test('a detached program outlives its starter, leads its own session and writes to the log (host 12)', async (t) => {
  const cwd = tempDir(t);
  const logPath = join(cwd, 'log');
  const script = `import { spawnDetached } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    const [cwd, logPath] = process.argv.slice(1);
    console.log(await spawnDetached({ cwd, logPath, env: { ONLY: 'this' } }, ['/bin/sh', '-c', 'echo "$ONLY|$HOME|$PWD"; exec sleep 60']));`;
  const { stdout, stderr } = await runProgram({ cwd: import.meta.dirname }, [process.execPath, '--input-type=module', '-e', script, cwd, logPath]);
  const mark = markOf(Number(stdout));
  assert.ok(mark !== undefined && isAlive(mark), stderr);
  t.after(() => process.kill(mark.pid, 'SIGKILL'));
  assert.equal(findProcess(mark.pid)?.sid, mark.pid);
  await eventually(() => readFileSync(logPath, 'utf8') === `this||${cwd}\n`, 'the line in the log');
});

test('a detached program that is missing is a fault that names it (host 5)', async (t) => {
  const cwd = tempDir(t);
  const started = spawnDetached({ cwd, env: {}, logPath: join(cwd, 'log') }, ['/no/such/program']);
  await assert.rejects(started, (error) => isFault(error, 'unavailable') && /"\/no\/such\/program"/.test(error.message));
});
