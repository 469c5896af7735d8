import { setImmediate } from 'node:timers/promises';
import { fault } from '#host';
import { moveHorizonRow } from './horizon.ts';
import type { Horizon, Retention, Writer } from './model.ts';
import { type Aged, advanceHorizons, type Horizons, horizonOf, isExpired, pruneDueAt, prunedType, retentionOf } from './rules.ts';
import type { Reader, Store } from './store.ts';
import { walkEvents } from './walk-events.ts';

/** How the journal is pruned: the table of times, how many of the newest stay whatever their age, and how often `--auto` prunes. */
export interface PrunePolicy {
  readonly retentions: readonly Retention[];
  readonly keep: number;
  readonly intervalMs: number;
}

/** `isAuto`: only where an interval has passed. `isDryRun`: only says what would go. `batchesMax` ends a run early; the next one goes on. */
export interface PruneRequest {
  readonly policy: PrunePolicy;
  readonly isAuto?: boolean;
  readonly isDryRun?: boolean;
  readonly batchesMax?: number;
}

/**
 * What a run pruned, or would prune: how many, of which types, and the newest of them. `isAll` is false where it ended early. `not-due`: at the
 * moment `at` the last run is less than an interval ago.
 */
export type PruneAnswer =
  | { kind: 'pruned' | 'would-prune'; count: number; types: Readonly<Record<string, number>>; horizon: Horizon; isAll: boolean }
  | { kind: 'not-due'; prunedAt: number; dueAt: number; at: number };

/** Rows deleted in one change: a few milliseconds, so that no writer waits long for its turn. */
const batchSize = 1000;
const markKey = 'krc.pruned_at';

/**
 * Prunes the journal: events that are older than their type's time go, batch after batch, but for the newest `keep`; no other table changes. Each
 * batch commits with its event and the horizon, so a run that is killed has done whole batches and the next one goes on.
 */
export async function pruneEvents({ store, by }: { store: Store; by: Writer }, request: PruneRequest): Promise<PruneAnswer> {
  const { policy, isAuto = false, isDryRun = false, batchesMax = Number.POSITIVE_INFINITY } = request;
  const now = await store.now();
  const prunedAt = await readPrunedAt(store.db);
  const dueAt = pruneDueAt(prunedAt, now, policy.intervalMs);
  if (isAuto && prunedAt !== undefined && dueAt > now) return { kind: 'not-due', prunedAt, dueAt, at: now };
  const kind = isDryRun ? 'would-prune' : 'pruned';
  let gone = noneGone;
  let batches = 0;
  for await (const batch of listExpired(store.db, policy, now)) {
    gone = addGone(gone, isDryRun ? batch : await pruneBatch({ store, by }, batch));
    batches += 1;
    if (batches >= batchesMax) return { kind, ...summarize(gone), isAll: false };
    await setImmediate();
  }
  if (!isDryRun) await markPruned(store, now);
  return { kind, ...summarize(gone), isAll: true };
}

/** When the journal was last pruned to the end. */
export async function readPrunedAt(reader: Reader): Promise<number | undefined> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', markKey).executeTakeFirst();
  return row === undefined ? undefined : Number(row.value);
}

/**
 * Expired events in batches, oldest first. What pruning said about itself goes only together with others: else a town where nothing happens would
 * exchange one such event for another for ever, and in the end have only those among its newest.
 */
async function* listExpired(reader: Reader, policy: PrunePolicy, now: number): AsyncGenerator<readonly Aged[]> {
  const before = await findKeptFrom(reader, policy.keep);
  const retentions = new Map<string, Retention>();
  const isOver = ({ type, at }: Aged) => {
    const retention = retentions.get(type) ?? retentionOf(policy.retentions, type);
    retentions.set(type, retention);
    return isExpired(now - at, retention);
  };
  let own: Aged[] = [];
  let others: Aged[] = [];
  for await (const page of walkEvents(reader, { before })) {
    for (const event of page.filter(isOver)) {
      (event.type === prunedType ? own : others).push(event);
      if (others.length < batchSize) continue;
      yield [...own, ...others];
      own = [];
      others = [];
    }
  }
  if (others.length > 0) yield [...own, ...others];
}

/** The seq from which on everything stays: that of the `keep`th newest event, not counting what pruning said about itself. */
async function findKeptFrom(reader: Reader, keep: number): Promise<number> {
  if (keep === 0) return Number.MAX_SAFE_INTEGER;
  const newest = reader.selectFrom('events').select('seq').where('type', '<>', prunedType).orderBy('seq', 'desc');
  const row = await newest
    .limit(1)
    .offset(keep - 1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Deletes a batch, moves the horizon past it and says so; answers what was still there, because two may prune at once. */
function pruneBatch({ store, by }: { store: Store; by: Writer }, batch: readonly Aged[]): Promise<readonly Aged[]> {
  const seqs = batch.map(({ seq }) => seq);
  return store.change({ ...by, point: 'krc.prune' }, async (tx) => {
    const gone = await tx.deleteFrom('events').where('seq', 'in', seqs).returning(['seq', 'at', 'type']).execute();
    if (gone.length === 0) return { answer: gone, events: [] };
    await moveHorizonRow(tx, gone);
    const { count, types, horizon } = summarize(addGone(noneGone, gone));
    return { answer: gone, events: [{ type: prunedType, payload: { count, types, upTo: horizon.seq } }] };
  });
}

/** Writes down that a run came to its end. As with a lease's renewal there is no event, so that an idle town's journal does not grow. */
async function markPruned({ db }: Store, at: number): Promise<void> {
  fault('krc.mark.before');
  const value = String(at);
  await db
    .insertInto('meta')
    .values({ key: markKey, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

interface Gone {
  readonly types: Readonly<Record<string, number>>;
  readonly horizons: Horizons;
}

const noneGone: Gone = { types: {}, horizons: {} };

function addGone(gone: Gone, more: readonly Aged[]): Gone {
  const types: Record<string, number> = { ...gone.types };
  for (const { type } of more) types[type] = (types[type] ?? 0) + 1;
  return { types, horizons: advanceHorizons(gone.horizons, more) };
}

function summarize({ types, horizons }: Gone): { count: number; types: Gone['types']; horizon: Horizon } {
  return { types, horizon: horizonOf(horizons), count: Object.values(types).reduce((sum, count) => sum + count, 0) };
}
