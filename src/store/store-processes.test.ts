import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { day } from '#base';
import { runProgram, systemClock } from '#host';
import { readHorizon } from './horizon.ts';
import { createStore } from './migrate-store.ts';
import { readPrunedAt } from './prune-events.ts';
import { lastSeq, readEvents } from './read-events.ts';
import { manualClock, seedEvents } from './testing.ts';

const pruner = join(import.meta.dirname, 'fixtures', 'prune.ts');
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

for (const point of ['krc.prune.before', 'krc.prune.inside', 'krc.prune.after', 'krc.mark.before']) {
  test(`a pruning killed at ${point} has done whole batches or none, and the next one does the rest (store 13)`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'baton-store-'));
    const path = join(dir, 'town.db');
    const store = await createStore({ clock: systemClock }, path);
    try {
      await seedEvents(
        store,
        Array.from({ length: 1600 }, (_, i) => [20 * day - i, 'nudge'] as const),
      );
      const { signal } = await runProgram({ env: { ...process.env, BATON_FAULT: `${point}=kill` } }, [process.execPath, pruner, path]);
      assert.equal(signal, 'SIGKILL');
      const gone = { 'krc.prune.after': 1000, 'krc.mark.before': 1500 }[point] ?? 0;
      assert.deepEqual([(await readEvents(store.db, { limit: 2000, types: ['nudge'] })).length, (await readHorizon(store.db)).seq], [1600 - gone, gone]);
      assert.equal(await readPrunedAt(store.db), undefined);
      assert.equal((await runProgram({}, [process.execPath, pruner, path])).code, 0);
      const left = await readEvents(store.db, { types: ['nudge'] });
      assert.deepEqual([left.length, left[0]?.seq], [100, 1501]);
      const said = await readEvents(store.db, { types: ['krc_pruned'] });
      assert.equal(
        said.reduce((sum, { payload }) => sum + Number(payload.count), 0),
        1500,
      );
      assert.notEqual(await readPrunedAt(store.db), undefined);
    } finally {
      await store.close();
      rmSync(dir, { recursive: true });
    }
  });
}
