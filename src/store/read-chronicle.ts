import { readHorizon } from './horizon.ts';
import type { Horizon, Retention } from './model.ts';
import { type PrunePolicy, readPrunedAt } from './prune-events.ts';
import { isAtRisk, isExpired, judgeWorth, pruneDueAt, retentionOf } from './rules.ts';
import type { Store } from './store.ts';
import { walkEvents } from './walk-events.ts';

/** The events of one type, judged now. `worth` is the mean of what each is still worth; `expired` counts also those that stay as the newest. */
export interface TypeStats {
  readonly type: string;
  readonly retention: Retention;
  readonly count: number;
  readonly oldestAt: number;
  readonly newestAt: number;
  readonly worth: number;
  readonly newestWorth: number;
  readonly atRisk: number;
  readonly expired: number;
}

/** The journal as pruning sees it: its types by name, when it was last pruned and when `--auto` will, and how far pruning has come. */
export interface Chronicle {
  readonly types: readonly TypeStats[];
  readonly count: number;
  readonly keep: number;
  readonly prunedAt: number | undefined;
  readonly dueAt: number;
  readonly horizon: Horizon;
  readonly at: number;
}

/** Reads the whole journal, page by page, and judges it. A pure read. */
export async function readChronicle(store: Store, policy: PrunePolicy): Promise<Chronicle> {
  const at = await store.now();
  const stats = new Map<string, TypeStats>();
  for await (const page of walkEvents(store.db)) {
    for (const { type, at: written } of page) {
      const before = stats.get(type);
      const retention = before?.retention ?? retentionOf(policy.retentions, type);
      stats.set(type, addEvent(before, { type, retention, written, ageMs: at - written }));
    }
  }
  const prunedAt = await readPrunedAt(store.db);
  const types = [...stats.values()].map((one) => ({ ...one, worth: one.worth / one.count }));
  return {
    types: types.sort((a, b) => (a.type < b.type ? -1 : 1)),
    count: types.reduce((sum, { count }) => sum + count, 0),
    keep: policy.keep,
    prunedAt,
    dueAt: pruneDueAt(prunedAt, at, policy.intervalMs),
    horizon: await readHorizon(store.db),
    at,
  };
}

/** Until all are read, `worth` is a sum. */
function addEvent(before: TypeStats | undefined, event: { type: string; retention: Retention; written: number; ageMs: number }): TypeStats {
  const { type, retention, written, ageMs } = event;
  const worth = judgeWorth(ageMs, retention);
  return {
    type,
    retention,
    count: (before?.count ?? 0) + 1,
    oldestAt: Math.min(before?.oldestAt ?? written, written),
    newestAt: Math.max(before?.newestAt ?? written, written),
    worth: (before?.worth ?? 0) + worth,
    newestWorth: Math.max(before?.newestWorth ?? 0, worth),
    atRisk: (before?.atRisk ?? 0) + Number(isAtRisk(ageMs, retention)),
    expired: (before?.expired ?? 0) + Number(isExpired(ageMs, retention)),
  };
}
