import { statSync } from 'node:fs';
import { type Dialect, Kysely, sql } from 'kysely';
import { type Clock, Fault, isFault } from '#base';
import { change } from './change.ts';
import { schemaVersion, type Tables } from './model.ts';
import type { Engine } from './schema.ts';
import { kyselyOver, openDatabase, sqliteDialect } from './sqlite.ts';
import type { Store } from './store.ts';
import { toStoreFault } from './store-faults.ts';

/** Opens a store that exists at this program's schema. Faults: `unavailable`, `unsupported` where it is newer than the program. */
export async function openStore({ clock }: { clock: Clock }, path: string): Promise<Store> {
  refuseMissing(path);
  const store = openSqlite({ clock }, path);
  return checked(store);
}

/**
 * Fault `unavailable` where there is no store, for it may come back: whoever works asks again. A folder that may not be looked into is an error of the
 * system, and never "nothing there" (S5).
 */
export function refuseMissing(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new Fault('unavailable', `there is no store at "${path}"`, { hint: 'bring its file back; `baton init` makes an empty one' });
}

/** A store over a dialect, its schema not looked at: for whoever makes or migrates one. */
export function storeOver({ clock }: { clock: Clock }, engine: Engine, dialect: Dialect): Store {
  const db = engine === 'sqlite' ? kyselyOver(dialect) : new Kysely<Tables>({ dialect });
  const now = engine === 'sqlite' ? async () => clock.now() : () => readServerClock(db);
  return {
    engine,
    db,
    clock,
    now,
    read: (body) => withStoreFaults(() => db.transaction().setAccessMode('read only').execute(body)),
    change: (request, body) => change({ db, engine, now }, request, body),
    close: () => db.destroy(),
  };
}

/** An SQLite store, made if it is not there, its schema not looked at. */
export function openSqlite({ clock }: { clock: Clock }, path: string): Store {
  try {
    return storeOver({ clock }, 'sqlite', sqliteDialect(openDatabase(path)));
  } catch (error) {
    throw toStoreFault(error);
  }
}

/** The store itself, once its schema is seen to be this program's. */
async function checked(store: Store): Promise<Store> {
  try {
    judgeSchema(await readSchemaVersion(store));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The schema's version as recorded; 0 for a store without one. */
export async function readSchemaVersion(store: Store): Promise<number> {
  return withStoreFaults(async () => {
    const row = await store.db.selectFrom('meta').select('value').where('key', '=', 'schema').executeTakeFirst();
    return row === undefined ? 0 : Number(row.value);
  });
}

/** What is said of a store that a newer Baton made. */
export function newerStore(found: number, known: number): Fault {
  return new Fault('unsupported', `the store has schema ${found}; this Baton knows up to ${known}`, { hint: 'a newer Baton has been here: use that one' });
}

function judgeSchema(found: number): void {
  if (found === schemaVersion) return;
  if (found > schemaVersion) throw newerStore(found, schemaVersion);
  throw new Fault('unavailable', `the store has schema ${found}; this Baton needs ${schemaVersion}`, {
    hint: 'start the daemon, which brings it up to date: `baton daemon start`',
    details: { olderSchema: found },
  });
}

/** True for the fault of a store that an older Baton made and nobody has brought up to date yet (S6). */
export function isOlderStore(error: unknown): boolean {
  return isFault(error, 'unavailable') && error.details?.olderSchema !== undefined;
}

async function readServerClock(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ ms: number }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`.execute(db);
  return rows[0]?.ms ?? 0;
}

async function withStoreFaults<A>(body: () => Promise<A>): Promise<A> {
  try {
    return await body();
  } catch (error) {
    throw toStoreFault(error);
  }
}
