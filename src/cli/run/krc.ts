import type { App } from '#app';
import { formatDuration, plural } from '#base';
import { formatSource } from '#config/model';
import { chronicleTable, curveTable, retentionTable, typesTable, worthTable } from '../print/krc.ts';
import { answers } from '../run.ts';

/** `baton krc stats` */
export const krcStats = answers({
  ask: (app) => app.krc.stats(),
  print: (chronicle, page) => chronicleTable(page, chronicle),
  ids: ({ types }) => types.map(({ type }) => type),
});

/** `baton krc prune [--auto] [--dry-run]` */
export const krcPrune = answers({
  ask: (app, { auto, dryRun }: { auto: boolean; dryRun: boolean }) => app.krc.prune({ isAuto: auto, isDryRun: dryRun }),
  print: (answer, page) => {
    if (answer.kind === 'not-due')
      return `Not due: the journal was pruned ${formatDuration(answer.at - answer.prunedAt)} ago; next in ${formatDuration(answer.dueAt - answer.at)}.`;
    if (answer.count === 0) return 'Nothing to prune: no event is older than its time, or all that are belong to the newest that stay.';
    const events = `${plural(answer.count, 'event')} up to ${answer.horizon.seq}`;
    return `${answer.kind === 'pruned' ? `Pruned ${events}.` : `Would prune ${events}.`}\n\n${typesTable(page, answer.types)}`;
  },
  ids: (answer) => (answer.kind === 'not-due' ? [] : [String(answer.count)]),
});

type Decay = { kind: 'types'; chronicle: Awaited<ReturnType<App['krc']['stats']>> } | ({ kind: 'type' } & Awaited<ReturnType<App['krc']['decay']>>);

/** `baton krc decay [TYPE]` */
export const krcDecay = answers({
  ask: async (app, { type }: { type?: string }): Promise<Decay> =>
    type === undefined ? { kind: 'types', chronicle: await app.krc.stats() } : { kind: 'type', ...(await app.krc.decay(type)) },
  print: (decay, page) => (decay.kind === 'types' ? worthTable(page, decay.chronicle) : curveTable(page, decay)),
  ids: (decay) => (decay.kind === 'types' ? decay.chronicle.types.map(({ type }) => type) : decay.ages.map(({ worth }) => worth.toFixed(3))),
});

/** `baton krc config` */
export const krcConfig = answers({
  ask: (app) => app.krc.config(),
  print: ({ keep, interval, rows }, page) =>
    [
      retentionTable(page, rows),
      '',
      `The newest ${keep.text} events always stay (krc.keep, ${formatSource(keep.source)}).`,
      `Pruned every ${formatDuration(Number(interval.value) * 1000)} (krc.interval_s, ${formatSource(interval.source)}).`,
    ].join('\n'),
  ids: ({ rows }) => rows.map(({ name }) => name),
});
