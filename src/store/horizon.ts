import type { Horizon } from './model.ts';
import { type Aged, advanceHorizons, type Horizons, horizonOf } from './rules.ts';
import type { Reader, Tx } from './store.ts';

const key = 'krc.horizon';

/**
 * How far pruning has come among events of these types, or of all: a reader that comes from before it must say so or ask the facts. Read it in
 * the same moment as the events (`store.read`).
 */
export async function readHorizon(reader: Reader, types?: readonly string[]): Promise<Horizon> {
  return horizonOf(await readHorizons(reader), types);
}

/** Moves the horizon past events that this transaction pruned. */
export async function moveHorizonRow(tx: Tx, pruned: readonly Aged[]): Promise<void> {
  const value = JSON.stringify(advanceHorizons(await readHorizons(tx), pruned));
  await tx
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

async function readHorizons(reader: Reader): Promise<Horizons> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? {} : (JSON.parse(row.value) as Horizons);
}
