import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { fault } from './fault.ts';
import { runProgram } from './run-program.ts';
import { tempDir } from './testing.ts';

afterEach(() => {
  delete process.env.BATON_FAULT;
});

const script = `import { fault } from ${JSON.stringify(import.meta.resolve('./fault.ts'))}; fault(process.argv[1]); console.log('passed');`;

function pass(point: string, armed: string, timeoutMs = 10_000) {
  const env = { PATH: process.env.PATH ?? '', BATON_FAULT: armed };
  return runProgram({ env, timeoutMs }, [process.execPath, '--input-type=module', '-e', script, point]);
}

test('an unarmed fault point does nothing, nor does one with another name (host 1)', () => {
  fault('handoff.commit.after');
  process.env.BATON_FAULT = 'handoff.commit.after=error';
  fault('handoff.commit');
  assert.throws(() => fault('handoff.commit.after'), { code: 'BATON_FAULT', message: /handoff\.commit\.after/ });
});

test('a fault point kills, exits or hangs the process that passes it (host 1)', async () => {
  assert.equal((await pass('a', 'b=hang,a=kill')).signal, 'SIGKILL');
  assert.equal((await pass('a', 'a=exit')).code, 70);
  const hung = await pass('a', 'a=hang', 500);
  assert.deepEqual([hung.timedOut, hung.stdout], [true, '']);
});

test('with a token a fault point fires in exactly one of many processes (host 1)', async (t) => {
  const token = join(tempDir(t), 'token');
  writeFileSync(token, '');
  const results = await Promise.all(Array.from({ length: 6 }, () => pass('a', `a=exit@${token}`)));
  assert.deepEqual(results.map(({ code }) => code).sort(), [0, 0, 0, 0, 0, 70]);
  assert.equal(existsSync(token), false);
});

test('a misspelt BATON_FAULT is told, not passed over (host 1)', () => {
  process.env.BATON_FAULT = 'a=explode';
  assert.throws(() => fault('a'), /a=explode/);
});
