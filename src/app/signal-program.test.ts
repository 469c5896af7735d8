import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '#host';
import type { Cleanup } from '#host/testing';
import { readEvents } from '#store';
import { seedSession } from '#store/testing';
import { readSpool } from './duties/read-spool.ts';
import { writeSignalProgram } from './signal-program.ts';
import { readSpoolName } from './spool.ts';
import { appTown } from './testing.ts';
import { dropTold, sayAtTools } from './told.ts';

const session = 'sess_0a1b2c3d';

/** A town with the program, and a `baton` that says what it is told and ends as it is told. */
async function given(t: Cleanup, baton = 'echo "answer to $2: $(cat)"') {
  const town = await appTown(t);
  const path = join(town.dir, "it's signal");
  const batonPath = join(town.dir, 'a "baton"');
  writeFileSync(batonPath, `#!/bin/sh\n${baton}\n`);
  writeFileSync(path, writeSignalProgram({ batonPath, runPath: town.paths.run }));
  for (const program of [path, batonPath]) chmodSync(program, 0o700);
  const env = { PATH: process.env.PATH ?? '', BATON_SESSION: session };
  const signal = (name: string, input = '{"a":1}', more: Record<string, string> = {}) => runProgram({ env: { ...env, ...more }, input }, [path, name]);
  const spooled = () => readdirSync(town.paths.spoolNew).map((name) => [readSpoolName(name)?.signal, readFileSync(join(town.paths.spoolNew, name), 'utf8')]);
  return { town, signal, spooled };
}

test('a signal that has an answer is handed to baton with its input, and what it says is printed (app 33)', async (t) => {
  const { signal, spooled } = await given(t);
  for (const name of ['start', 'prompt', 'stop', 'pre-compact']) {
    const { code, stdout } = await signal(name);
    assert.deepEqual([code, stdout], [0, `answer to ${name}: {"a":1}\n`]);
  }
  assert.deepEqual(spooled(), []);
});

test('what needs no answer is left in the spool whole, under a name that tells whose it is (app 33)', async (t) => {
  const { town, signal, spooled } = await given(t, 'echo never');
  const text = `${'x'.repeat(200_000)}\n`;
  for (const name of ['waiting', 'end', 'pre-tool', 'post-tool']) assert.deepEqual((await signal(name, text)).stdout, '');
  assert.deepEqual(
    spooled().sort(),
    ['end', 'post-tool', 'pre-tool', 'waiting'].map((name) => [name, text]),
  );
  assert.deepEqual(readdirSync(town.paths.spoolTmp), []);
});

test("a tool's signal asks baton as soon as there is something to say to its session, and no longer (app 33)", async (t) => {
  const { town, signal } = await given(t);
  const other = 'sess_ffffffff';
  sayAtTools(town, session, { text: 'come to an end', isLast: false });
  assert.equal((await signal('post-tool')).stdout, 'answer to post-tool: {"a":1}\n');
  assert.equal((await signal('post-tool', '', { BATON_SESSION: other })).stdout, '');
  dropTold(town, session);
  assert.equal((await signal('post-tool')).stdout, '');
});

test('a failure never becomes an exit code that an agent obeys, and the journal tells it (app 33)', async (t) => {
  const { town, signal } = await given(t, 'echo told; echo "baton: the store is gone" >&2; exit 2');
  await seedSession(town.store, { id: session, agent: 'mayor', generation: 1 });
  const { code, stdout, stderr } = await signal('stop');
  assert.deepEqual([code, stdout, stderr], [0, 'told\n', '']);
  await readSpool(town).round();
  const [event] = await readEvents(town.store.db, { types: ['signal_failed'] });
  assert.deepEqual([event?.agent, event?.payload.detail], ['mayor', 'stop: exit code 2\nbaton: the store is gone\n']);
  assert.deepEqual([readdirSync(town.paths.spoolNew), readdirSync(town.paths.spoolTmp)], [[], []]);
  assert.deepEqual(await readEvents(town.store.db, { types: ['session_progress'] }), []);
});

test('outside of a session it does nothing, and without a town it ends with 0 all the same (app 33)', async (t) => {
  const { town, signal, spooled } = await given(t);
  assert.deepEqual([(await signal('stop', '', { BATON_SESSION: '' })).stdout, spooled()], ['', []]);
  const gone = writeSignalProgram({ batonPath: '/nowhere/baton', runPath: join(town.dir, 'gone') });
  for (const name of ['stop', 'end'])
    assert.equal((await runProgram({ env: { PATH: process.env.PATH ?? '', BATON_SESSION: session } }, ['/bin/sh', '-c', gone, 'signal', name])).code, 0);
});
