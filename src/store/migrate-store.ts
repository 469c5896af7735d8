import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { type Clock, Fault } from '#base';
import { type LeaseRequest, takeLease } from './lease.ts';
import type { Tables } from './model.ts';
import { newerStore, openSqlite, readSchemaVersion, refuseMissing } from './open-store.ts';
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

/** What a starting daemon found: the schema before and after, or another daemon that has the town. */
export type UpdateAnswer = { kind: 'current'; from: number; to: number } | { kind: 'taken'; by: string };

/**
 * Brings the store at `path` to this program's schema, for the starting daemon alone, which takes the town's lease for it (S6). A copy made by
 * `vacuum into` is left in `copyDir` first. A newer store is refused.
 */
export async function updateStore(
  deps: { clock: Clock },
  request: { path: string; copyDir: string; lease: LeaseRequest; steps?: readonly Migration[] },
): Promise<UpdateAnswer> {
  const { path, copyDir, lease, steps = migrations } = request;
  refuseMissing(path);
  const store = openSqlite(deps, path);
  try {
    const from = await readSchemaVersion(store);
    const to = Math.max(...steps.map((step) => step.version));
    if (from > to) throw newerStore(from, to);
    if (from === to) return { kind: 'current', from, to };
    const held = await takeLease(store, lease);
    if (held.kind === 'taken') return { kind: 'taken', by: held.by };
    mkdirSync(copyDir, { recursive: true, mode: 0o700 });
    await sql`vacuum into ${join(copyDir, `schema-${from}-${deps.clock.now()}.db`)}`.execute(store.db);
    await applySchema(
      store,
      steps.filter((step) => step.version > from),
    );
    return { kind: 'current', from, to };
  } finally {
    await store.close();
  }
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
