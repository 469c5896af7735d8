import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { Bug, isFault } from '#base';
import { createStore, updateStore } from './migrate-store.ts';
import { schemaVersion } from './model.ts';
import { openSqlite, openStore } from './open-store.ts';
import { pruneContract } from './prune-contract.ts';
import { readEvents } from './read-events.ts';
import { migrations } from './schema.ts';
import { manualClock, memoryStore, storeContract } from './testing.ts';

storeContract('sqlite', () => memoryStore());
pruneContract('sqlite', () => memoryStore());

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
    await assert.rejects(
      store.db
        .selectFrom('meta')
        .selectAll()
        .where('key', '=', value as never)
        .execute(),
      Bug,
    );
  }
  await store.close();
});

test('a missing store is a fault, and is not made by looking (store 5)', () =>
  inFolder(async (dir) => {
    await assert.rejects(openStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'unavailable') && /no store/.test(error.message));
    await assert.rejects(openStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'unavailable') && /no store/.test(error.message));
  }));

test('a store locked by another process is unavailable, not empty (store 5)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const store = await createStore(deps, path);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    await assert.rejects(
      store.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] })),
      isUnavailable(/locked/),
    );
    other.exec('rollback');
    await store.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] }));
    other.close();
    await store.close();
  }));

test('a writer that waits for its turn leaves its process running, and then writes (store 4)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const store = await createStore(deps, path);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const written = store.change({ actor: 'overseer' }, async () => ({ answer: 'written', events: [{ type: 'tried' }] }));
    await setImmediate();
    other.exec('rollback');
    assert.equal(await written, 'written');
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
    const { rows } = await store.db
      .selectFrom('meta')
      .selectAll()
      .execute()
      .then((found) => ({ rows: found.length }));
    const pages = new DatabaseSync(join(dir, 'town.db')).prepare('pragma page_count').get() as { page_count: number };
    await sql.raw(`pragma max_page_count = ${pages.page_count}`).execute(store.db);
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

test('an older store is copied, then brought up to date whole or not at all, under the lease of the town (store 6)', () =>
  inFolder(async (dir) => {
    const path = join(dir, 'town.db');
    const made = await createStore(deps, path);
    await made.change({ actor: 'overseer' }, async () => ({ answer: 0, events: [{ type: 'tried' }] }));
    await made.close();
    const request = { path, copyDir: join(dir, 'copies'), lease: { name: 'daemon', holder: 'a', ttlMs: 60_000, isGone: () => false } };
    const first = { version: schemaVersion, text: 'select 1' };
    const broken = { version: schemaVersion + 1, text: 'create table extra (\n  id text primary key\n);\ncreate table extra (\n  id text primary key\n)' };
    await assert.rejects(updateStore(deps, { ...request, steps: [first, broken] }));
    const second = { version: schemaVersion + 1, text: 'create table extra (\n  id text primary key\n)' };
    assert.deepEqual(await updateStore(deps, { ...request, lease: { ...request.lease, holder: 'b' }, steps: [first, second] }), { kind: 'taken', by: 'a' });
    deps.clock.advance(1);
    assert.deepEqual(await updateStore(deps, { ...request, steps: [first, second] }), { kind: 'current', from: schemaVersion, to: schemaVersion + 1 });
    for (const name of readdirSync(request.copyDir)) {
      const copy = openSqlite(deps, join(request.copyDir, name));
      assert.equal((await readEvents(copy.db, { types: ['tried'] })).length, 1);
      await copy.close();
    }
    await assert.rejects(updateStore(deps, request), (error) => isFault(error, 'unsupported'));
  }));

test('the schema is what its checked-in picture shows, on the version that the program reads (store 10)', async () => {
  const store = await memoryStore();
  const { rows } = await sql<{ sql: string }>`select sql from sqlite_master where sql is not null order by name`.execute(store.db);
  const picture = rows.map((row) => `${row.sql};\n`).join('\n');
  await store.close();
  const path = join(import.meta.dirname, 'schema.sql');
  if (process.env.BATON_UPDATE_SNAPSHOTS === '1') writeFileSync(path, picture);
  assert.equal(readFileSync(path, 'utf8'), picture, 'run this test with BATON_UPDATE_SNAPSHOTS=1 after a migration, and look at the difference');
  assert.equal(migrations.at(-1)?.version, schemaVersion);
});

test('a shipped migration is never changed (store 10)', () => {
  const shipped = ['59ee957deb673e20fcdb365f175ccb8b4e09a224fa9fb83bb89e2b53f360be31', '89a2a5a6264da4841932595264a1149ade79c5818c3be25a7a2c7efc3f4bc3b7'];
  const hashes = migrations.slice(0, shipped.length).map(({ text }) => createHash('sha256').update(text).digest('hex'));
  assert.deepEqual(hashes, shipped);
});

test('a second store is not made over the first (store 5)', () =>
  inFolder(async (dir) => {
    const store = await createStore(deps, join(dir, 'town.db'));
    await assert.rejects(createStore(deps, join(dir, 'town.db')), (error) => isFault(error, 'conflict'));
    await store.close();
  }));
