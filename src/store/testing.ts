import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug, type Clock, hour, isFault } from '#base';
import { giveLease, takeLease } from './lease.ts';
import { applySchema } from './migrate-store.ts';
import { openSqlite, storeOver } from './open-store.ts';
import type { PrunePolicy } from './prune-events.ts';
import { lastSeq, readEvents } from './read-events.ts';
import { makeRetentions } from './rules.ts';
import { migrations } from './schema.ts';
import { openDatabase, sqliteDialect } from './sqlite.ts';
import type { Store, Tx } from './store.ts';

/** A clock that moves only when told. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** A manual clock that starts at 2026-01-01T00:00:00Z. */
export function manualClock(startAt = 1_767_225_600_000): ManualClock {
  let now = startAt;
  return {
    now: () => now,
    monotonic: () => now - startAt,
    advance: (ms) => {
      now += ms;
    },
  };
}

/** A store in memory at the current schema; close it after the test. */
export async function memoryStore(clock: Clock = manualClock()): Promise<Store> {
  const store = openSqlite({ clock }, ':memory:');
  await applySchema(store, migrations);
  return store;
}

/** A store in memory that becomes again what it was: opening one costs 10 ms, going back less than one. */
export interface ReturningStore {
  readonly store: Store;
  /** Rows of a query at this moment, past the store's own turn: what a test sees between two steps of others. */
  look<Row>(query: string, ...parameters: (string | number)[]): Row[];
  /** Marks what is there as what `goBack` makes of the store; once. */
  mark(): void;
  goBack(): void;
}

/** Makes one at the current schema. `beforeTurn` is awaited before each query or transaction takes its turn: there others may come between. */
export async function returningStore({ clock, beforeTurn }: { clock: Clock; beforeTurn: () => Promise<void> }): Promise<ReturningStore> {
  const database = openDatabase(':memory:');
  const dialect = sqliteDialect(database);
  const store = storeOver({ clock }, 'sqlite', {
    ...dialect,
    createDriver: () => {
      const driver = dialect.createDriver();
      return { ...driver, acquireConnection: async () => beforeTurn().then(() => driver.acquireConnection()) };
    },
  });
  await applySchema(store, migrations);
  const looks = new Map<string, ReturnType<typeof database.prepare>>();
  const look = <Row>(query: string, ...parameters: (string | number)[]) => {
    const prepared = looks.get(query) ?? database.prepare(query);
    looks.set(query, prepared);
    return prepared.all(...parameters) as Row[];
  };
  const tables = orderTables(look);
  // No pragma is set on the way: that would have every statement prepared anew.
  const empty = tables.toReversed().map((name) => `delete from main.${name};`);
  const fill = tables.map((name) => `insert into main.${name} select * from kept.kept_${name};`);
  return {
    store,
    look,
    mark: () => database.exec(`attach ':memory:' as kept;${tables.map((name) => `create table kept.kept_${name} as select * from main.${name};`).join('')}`),
    goBack: () => database.exec(`begin;${empty.join('')}${fill.join('')}commit;`),
  };
}

/** The tables, each after those that its rows refer to; last the counters of the journal and its like. */
function orderTables(look: ReturningStore['look']): string[] {
  const names = look<{ name: string }>("select name from sqlite_master where type = 'table'").map(({ name }) => name);
  const references = look<{ child: string; parent: string }>(
    `select child.name as child, key."table" as parent from sqlite_master as child join pragma_foreign_key_list(child.name) as key where child.type = 'table'`,
  );
  const ordered: string[] = [];
  const place = (name: string) => {
    if (ordered.includes(name)) return;
    for (const { child, parent } of references) if (child === name && parent !== name) place(parent);
    ordered.push(name);
  };
  for (const name of names) if (name !== 'sqlite_sequence') place(name);
  return [...ordered, 'sqlite_sequence'];
}

/** An empty store at `path` as it was at an earlier schema, with the shipped migrations up to `version`. */
export async function makeStoreAt(path: string, version: number): Promise<void> {
  const store = openSqlite({ clock: manualClock() }, path);
  await applySchema(
    store,
    migrations.filter((step) => step.version <= version),
  );
  await store.close();
}

/** Rows that a session needs around it: its agent, and the session, ended or not. */
export async function seedSession(store: Store, session: { id: string; agent: string; generation: number; endReason?: string }): Promise<void> {
  await store.change({ actor: 'overseer' }, async (tx, at) => {
    await seedAgentRow(tx, at, session.agent);
    const ended = session.endReason === undefined ? {} : { ended_at: at, end_reason: session.endReason };
    const row = {
      id: session.id,
      agent: session.agent,
      generation: session.generation,
      runtime: 'runbook',
      host: 'host_test',
      launch: '{}',
      created_at: at,
      ...ended,
    };
    await tx
      .insertInto('sessions')
      .values(row as never)
      .execute();
    return { answer: undefined, events: [{ type: 'session_opened', agent: session.agent }] };
  });
}

/** Events of the past, oldest first: how old each is, and of which type. They are written as the journal's own, without a change. */
export async function seedEvents(
  store: Store,
  events: readonly (readonly [ageMs: number, type: string, about?: { agent?: string; bead?: string }])[],
): Promise<void> {
  const now = await store.now();
  const rows = events.map(([ageMs, type, about]) => ({
    at: now - ageMs,
    type,
    actor: 'daemon',
    payload: '{}',
    agent: about?.agent ?? null,
    bead: about?.bead ?? null,
  }));
  for (let from = 0; from < rows.length; from += 1000)
    await store.db
      .insertInto('events')
      .values(rows.slice(from, from + 1000).map((row) => ({ ...row, session: null, rig: null })))
      .execute();
}

/** The built-in table, with what a test says of it. */
export function prunePolicy(given: { keep?: number; ttls?: Record<string, number> } = {}): PrunePolicy {
  return { retentions: makeRetentions(given.ttls ?? {}), keep: given.keep ?? 100, intervalMs: hour };
}

async function seedAgentRow(tx: Tx, at: number, address: string): Promise<void> {
  const row = {
    address,
    address_key: address.toLowerCase(),
    role: 'crew',
    name: address,
    pane: address,
    desired: 'running',
    start_order: '{}',
    created_at: at,
  };
  await tx
    .insertInto('agents' as never)
    .values(row as never)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Declares tests of one engine, each on an empty store of its own, closed after it. */
export function onEngine(engine: string, open: () => Promise<Store>) {
  return (name: string, body: (store: Store) => Promise<void>) =>
    test(`${engine}: ${name}`, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
}

/** What every engine's store must do. `open` gives an empty store at the current schema, which the contract closes. */
export function storeContract(engine: string, open: () => Promise<Store>): void {
  const withStore = onEngine(engine, open);

  withStore('a change and its events commit together, and nothing of a failed one stays (store 1)', async (store) => {
    await store.change({ actor: 'overseer' }, async (tx) => {
      await tx.insertInto('meta').values({ key: 'a', value: '1' }).execute();
      return { answer: undefined, events: [{ type: 'tried', rig: 'app', payload: { n: 1 } }] };
    });
    await assert.rejects(
      store.change({ actor: 'overseer' }, async (tx) => {
        await tx.insertInto('meta').values({ key: 'b', value: '2' }).execute();
        throw new Error('no');
      }),
      /^Error: no$/,
    );
    const events = await readEvents(store.db);
    assert.deepEqual(
      events.map(({ type, actor, rig, payload }) => ({ type, actor, rig, payload })),
      [{ type: 'tried', actor: 'overseer', rig: 'app', payload: { n: 1 } }],
    );
    assert.equal(await store.db.selectFrom('meta').select('value').where('key', '=', 'b').executeTakeFirst(), undefined);
  });

  withStore('a change that wrote a row without an event is refused as a bug (store 2)', async (store) => {
    const silent = store.change({ actor: 'overseer' }, async (tx) => {
      await tx.insertInto('meta').values({ key: 'a', value: '1' }).execute();
      return { answer: undefined, events: [] };
    });
    await assert.rejects(silent, Bug);
    assert.equal(await lastSeq(store.db), 0);
    const reading = await store.change({ actor: 'overseer' }, async (tx) => ({ answer: await lastSeq(tx), events: [] }));
    assert.equal(reading, 0);
  });

  withStore('a session that was replaced is told to stop, and writes nothing (store 3)', async (store) => {
    await seedSession(store, { id: 'sess_00000001', agent: 'app/crew/max', generation: 1, endReason: 'handoff' });
    await seedSession(store, { id: 'sess_00000002', agent: 'app/crew/max', generation: 2 });
    const write = (session: string) => store.change({ actor: 'app/crew/max', session }, async () => ({ answer: 'written', events: [{ type: 'tried' }] }));
    await assert.rejects(write('sess_00000001'), (error) => isFault(error, 'conflict') && error.message === 'you were replaced by generation 2; stop');
    await assert.rejects(write('sess_ffffffff'), (error) => isFault(error, 'not-found'));
    assert.equal(await write('sess_00000002'), 'written');
  });

  withStore('the schema holds one unended session of an agent (store 1)', async (store) => {
    await seedSession(store, { id: 'sess_00000001', agent: 'mayor', generation: 1 });
    await assert.rejects(seedSession(store, { id: 'sess_00000002', agent: 'mayor', generation: 2 }));
  });

  withStore('forty changes at once get seqs without gaps, in the order of their commits (store 1)', async (store) => {
    const seqs = await Promise.all(
      Array.from({ length: 40 }, () => store.change({ actor: 'overseer' }, async (tx) => ({ answer: await lastSeq(tx), events: [{ type: 'tried' }] }))),
    );
    assert.deepEqual(
      [...seqs].sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  withStore('a lease has one holder, passes on at its end, and fences the one before (store 8)', async (store) => {
    const take = (holder: string, isGone = false, ttlMs = 60_000) => takeLease(store, { name: 'daemon', holder, ttlMs, isGone: () => isGone });
    assert.deepEqual(await take('a'), { kind: 'held', fence: 1, isRenewed: false });
    assert.deepEqual(await take('a'), { kind: 'held', fence: 1, isRenewed: true });
    assert.equal((await take('b')).kind, 'taken');
    assert.deepEqual(await take('b', true), { kind: 'held', fence: 2, isRenewed: false });
    assert.equal((await take('a')).kind, 'taken');
    await giveLease(store, { name: 'daemon', holder: 'a' });
    assert.equal((await take('a')).kind, 'taken');
    await giveLease(store, { name: 'daemon', holder: 'b' });
    assert.deepEqual(await take('c'), { kind: 'held', fence: 3, isRenewed: false });
    const before = await lastSeq(store.db);
    await take('c');
    assert.equal(await lastSeq(store.db), before, 'a renewal writes no event');
  });
}
