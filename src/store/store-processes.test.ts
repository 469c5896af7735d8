import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '#host';
import { createStore } from './migrate-store.ts';
import { lastSeq } from './read-events.ts';
import { manualClock } from './testing.ts';

const writer = join(import.meta.dirname, 'fixtures', 'count-up.ts');

/** A store that counts, in a folder that goes after the test. */
async function withCounter(body: (path: string, read: () => Promise<{ count: number; seq: number }>) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'baton-store-'));
  const path = join(dir, 'town.db');
  const store = await createStore({ clock: manualClock() }, path);
  await store.change({ actor: 'overseer' }, async (tx) => {
    await tx.insertInto('meta').values({ key: 'count', value: '0' }).execute();
    return { answer: undefined, events: [{ type: 'counted' }] };
  });
  const read = async () => {
    const row = await store.db.selectFrom('meta').select('value').where('key', '=', 'count').executeTakeFirstOrThrow();
    return { count: Number(row.value), seq: await lastSeq(store.db) };
  };
  try {
    await body(path, read);
  } finally {
    await store.close();
    rmSync(dir, { recursive: true });
  }
}

test('eight processes that read and then write lose no update and are never busy (store 4)', () =>
  withCounter(async (path, read) => {
    const results = await Promise.all(Array.from({ length: 8 }, () => runProgram({}, [process.execPath, writer, path, '50'])));
    for (const { code, stderr } of results) assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.deepEqual(await read(), { count: 400, seq: 401 });
  }));

for (const point of ['change.before', 'change.inside', 'change.after']) {
  test(`a writer killed at ${point} leaves a whole change or none (store 9)`, () =>
    withCounter(async (path, read) => {
      const { signal } = await runProgram({ env: { ...process.env, BATON_FAULT: `${point}=kill` } }, [process.execPath, writer, path, '5']);
      assert.equal(signal, 'SIGKILL');
      const done = point === 'change.after' ? 1 : 0;
      assert.deepEqual(await read(), { count: done, seq: 1 + done });
      assert.equal((await runProgram({}, [process.execPath, writer, path, '1'])).code, 0);
    }));
}
