import { existsSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { assert, type Clock, Fault } from '#base';
import { schemaVersion, type Tables } from './model.ts';
import { openSqlite, readSchemaVersion } from './open-store.ts';
import { type Migration, migrations, readStatements } from './schema.ts';
import type { Store } from './store.ts';

/** Makes the store of a new town at the current schema (S6). Fault `conflict` where a file is there already. */
export async function createStore({ clock }: { clock: Clock }, path: string): Promise<Store> {
  if (existsSync(path)) throw new Fault('conflict', `there is a store at "${path}" already`, { hint: 'open that town, or choose another folder' });
  const store = openSqlite({ clock }, path);
  await sql`pragma journal_mode = wal`.execute(store.db);
  await applySchema(store, migrations);
  return store;
}

/** Writes the whole schema into an empty store, in one transaction. */
export async function applySchema(store: Store, steps: readonly Migration[]): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    for (const step of steps) await applyMigration(tx, store, step);
  });
}

/**
 * Brings an older store to this program's schema, for the daemon alone, which holds the town's lease (S6). A copy made by `vacuum into` is left
 * at `copyPath` first. Answers the versions before and after. A newer store is refused.
 */
export async function migrateStore(store: Store, copyPath: string, steps: readonly Migration[] = migrations): Promise<{ from: number; to: number }> {
  const from = await readSchemaVersion(store);
  const to = Math.max(...steps.map((step) => step.version));
  if (from === to) return { from, to };
  if (from > to) throw new Fault('unsupported', `the store has schema ${from}; this Baton knows up to ${to}`, { hint: 'a newer Baton has been here: use that one' });
  if (store.engine === 'sqlite') await sql`vacuum into ${copyPath}`.execute(store.db);
  await applySchema(store, steps.filter((step) => step.version > from));
  return { from, to };
}

async function applyMigration(tx: Kysely<Tables>, store: Store, step: Migration): Promise<void> {
  for (const statement of readStatements(step.text, store.engine)) await sql.raw(statement).execute(tx);
  const value = String(step.version);
  await tx
    .insertInto('meta')
    .values({ key: 'schema', value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** Held here because a program that writes one schema and reads another loses data. */
export function assertSchemaIsCurrent(): void {
  assert(migrations.at(-1)?.version === schemaVersion, 'the last migration is the schema that the program reads');
}
