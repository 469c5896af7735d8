import { Fault } from '#base';
import type { Source } from '#config/model';
import { judgeWorth, type PruneAnswer, pruneEvents, readChronicle, readEvents, retentionOf } from '#store';
import type { Retention } from '#store/model';
import type { Deps } from '../deps.ts';
import { krcPolicy, listTtls } from '../krc-policy.ts';

export type KrcVerbs = ReturnType<typeof krcVerbs>;

/** A row of the table of times, and where its time comes from. */
export interface ExplainedRetention extends Retention {
  readonly source: Source;
}

/** What an event of a type is worth at an age. */
export interface WorthAtAge {
  readonly ageMs: number;
  readonly worth: number;
}

/** Parts of its time at which a type's worth is told: where the curves differ, and where a flat one falls. */
const parts = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1];

/** The Key Record Chronicle: how long events are kept. */
export function krcVerbs(deps: Deps) {
  const { store, settings, by } = deps;
  return {
    /** The journal by type, judged now: how many, how old, what they are worth, what is over. A pure read. */
    stats: () => readChronicle(store, krcPolicy(settings)),
    /** Prunes to the end, or says what would go. `isAuto` only where an interval has passed. */
    prune: (request: { isAuto: boolean; isDryRun: boolean }): Promise<PruneAnswer> => pruneEvents({ store, by }, { policy: krcPolicy(settings), ...request }),
    /** How the worth of a type falls with its age. Fault `not-found` for a type that the journal does not hold and no row but the default's fits. */
    decay: async (type: string): Promise<{ type: string; retention: Retention; ages: WorthAtAge[] }> => {
      const retention = retentionOf(krcPolicy(settings).retentions, type);
      const isOther = retention.name === 'default' && type !== 'default';
      if (isOther && (await readEvents(store.db, { types: [type], limit: 1 })).length === 0)
        throw new Fault('not-found', `the journal holds no event of the type "${type}", and no row of the times fits it`, {
          hint: '`baton krc stats` lists the types of the journal, `baton krc config` the rows',
        });
      const ages = parts.map((part) => ({ ageMs: part * retention.ttlMs, worth: judgeWorth(part * retention.ttlMs, retention) }));
      return { type, retention, ages };
    },
    /** The table of times in force, and the other settings. */
    config: () => {
      const said = new Map(listTtls(settings).map(({ name, source }) => [name, source]));
      const rows = krcPolicy(settings).retentions.map((row): ExplainedRetention => ({ ...row, source: said.get(row.setBy ?? '') ?? { kind: 'default' } }));
      return { keep: settings.explain('krc.keep'), interval: settings.explain('krc.interval_s'), rows };
    },
  };
}
