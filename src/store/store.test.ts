import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Bug, isFault } from '#base';
import { createStore, migrateStore } from './migrate-store.ts';
import { openSqlite, openStore } from './open-store.ts';
import { lastSeq } from './read-events.ts';
import { manualClock, memoryStore, storeContract } from './testing.ts';

storeContract('sqlite', () => memoryStore());

/** A folder for one test, gone after it. */
async function inFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'baton-store-'));
  try {
    await body(dir);
  } finally {
    chmodSync(dir, 0o700);
    rmSync(dir, { recursive: true });
  }
}

const deps = { clock: manualClock() };
const isUnavailable = (pattern: RegExp) => (error: unknown) => isFault(error, 'unavailable') && pattern.test(error.message);

test('a parameter that is a Date or a boolean is a bug, not a NULL (store 7)', async () => {
  const store = await memoryStore();
  for (const value of [new Date(0), true, undefined, { a: 1 }]) {
    await assert.rejects(store.db.selectFrom('meta').selectAll().where('key', '=', value as never).execute(), Bug);
  }
  await store.close();
});

test('a missing store is a fault, and is not made by looking (store 5)', () =>
  inFolder(async (dir) => {
    await assert.rejects(openStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'not-found'));
    await assert.rejects(openStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'not-found'));
  }));

test('a store locked by another process is unavailable, not empty (store 5)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const store = await createStore(deps, path);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    store.db.getExecutor();
    await assert.rejects(
      store.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] })),
      isUnavailable(/locked/),
    );
    other.exec('rollback');
    await store.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] }));
    other.close();
    await store.close();
  }));

test('a file that is no store is told so (store 5)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    writeFileSync(path, 'this is a diary, not a database, and it is long enough to be looked at '.repeat(20));
    await assert.rejects(openStore(deps, path), isUnavailable(/not a store/));
  }));

test('a store on a full disk refuses the change and keeps what it had (store 5)', () =>
  inFolder(async (dir) => {
    const store = await createStore(deps, join(dir, 'town.db'));
    const { rows } = await store.db.selectFrom('meta').selectAll().execute().then((found) => ({ rows: found.length }));
    const pages = new DatabaseSync(join(dir, 'town.db')).prepare('pragma page_count').get() as { page_count: number };
    await (await import('kysely')).sql.raw(`pragma max_page_count = ${pages.page_count}`).execute(store.db);
    const big = 'x'.repeat(200_000);
    await assert.rejects(
      store.change({ actor: 'overseer' }, async (tx) => {
        await tx.insertInto('meta').values({ key: 'big', value: big }).execute();
        return { answer: undefined, events: [{ type: 'tried' }] };
      }),
      isUnavailable(/disk is full/),
    );
    assert.equal((await store.db.selectFrom('meta').selectAll().execute()).length, rows);
    await store.close();
  }));

test('a newer store is refused, an older one waits for the daemon (store 6)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const store = await createStore(deps, path);
    const setSchema = (value: string) => store.db.updateTable('meta').set({ value }).where('key', '=', 'schema').execute();
    await setSchema('99');
    await assert.rejects(openStore(deps, path), (error) => isFault(error, 'unsupported') && /schema 99/.test(error.message));
    await setSchema('0');
    await assert.rejects(openStore(deps, path), isUnavailable(/schema 0/));
    await store.close();
  }));

test('a migration copies the store first, and runs whole or not at all (store 6)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const store = await createStore(deps, path);
    await store.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] }));
    const first = { version: 1, text: 'select 1' };
    const broken = { version: 2, text: 'create table extra (\n  id text primary key\n);\ncreate table extra (\n  id text primary key\n)' };
    await assert.rejects(migrateStore(store, join(dir, 'copy-1.db'), [first, broken]));
    const second = { version: 2, text: 'create table extra (\n  id text primary key\n)' };
    assert.deepEqual(await migrateStore(store, join(dir, 'copy-2.db'), [first, second]), { from: 1, to: 2 });
    const copy = openSqlite(deps, join(dir, 'copy-2.db'));
    assert.equal(await lastSeq(copy.db), 1);
    await copy.close();
    await store.close();
  }));

test('a second store is not made over the first (store 5)', () =>
  inFolder(async (dir) => {
    const store = await createStore(deps, join(dir, 'town.db'));
    await assert.rejects(createStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'conflict'));
    await store.close();
  }));
