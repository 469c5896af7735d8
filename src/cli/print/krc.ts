import type { App } from '#app';
import { formatDuration, plural } from '#base';
import { formatSource } from '#config/model';
import type { Page } from './page.ts';
import { tint } from './style.ts';
import { type Cell, table } from './table.ts';
import { ago } from './when.ts';

type Chronicle = Awaited<ReturnType<App['krc']['stats']>>;
type Rows = ReturnType<App['krc']['config']>['rows'];
type Decay = Awaited<ReturnType<App['krc']['decay']>>;

const none = 'the journal is empty';

/** The journal by type, and when it is pruned; ages are as the store's clock judged them. */
export function chronicleTable(reader: Page, chronicle: Chronicle): string {
  const page = { ...reader, now: chronicle.at };
  const columns = [
    { heading: 'TYPE' },
    { heading: 'COUNT', isNumber: true },
    { heading: 'OLDEST' },
    { heading: 'KEPT' },
    { heading: 'CURVE' },
    { heading: 'AT RISK', isNumber: true },
    { heading: 'EXPIRED', isNumber: true },
  ];
  const rows = chronicle.types.map(({ type, count, oldestAt, retention, atRisk, expired }) => [
    type,
    String(count),
    ago(page, oldestAt),
    formatDuration(retention.ttlMs),
    retention.curve,
    countCell(atRisk, 'warn'),
    countCell(expired, 'bad'),
  ]);
  return `${table(page, columns, rows, none)}\n\n${chronicleLine(page, chronicle)}`;
}

function chronicleLine(page: Page, { count, keep, prunedAt, dueAt, horizon }: Chronicle): string {
  const pruned = prunedAt === undefined ? 'never pruned' : `pruned ${ago(page, prunedAt)}`;
  const upTo = horizon.seq === 0 ? '' : ` up to ${horizon.seq}`;
  const next = dueAt <= page.now ? 'due now' : `due in ${formatDuration(dueAt - page.now)}`;
  return tint(page, 'faint', `${plural(count, 'event')}, of which the newest ${keep} stay; ${pruned}${upTo}, ${next}.`);
}

function countCell(count: number, tone: 'warn' | 'bad'): Cell {
  return count === 0 ? '' : { text: String(count), tone };
}

/** How many events of each type. */
export function typesTable(page: Page, types: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1));
  return table(
    page,
    [{ heading: 'TYPE' }, { heading: 'COUNT', isNumber: true }],
    sorted.map(([type, count]) => [type, String(count)]),
    none,
  );
}

/** What the events of each type are worth now: the newest, and all on average. */
export function worthTable(page: Page, { types }: Chronicle): string {
  const columns = [
    { heading: 'TYPE' },
    { heading: 'COUNT', isNumber: true },
    { heading: 'KEPT' },
    { heading: 'CURVE' },
    { heading: 'NEWEST', isNumber: true },
    { heading: 'MEAN', isNumber: true },
  ];
  const rows = types.map(({ type, count, retention, newestWorth, worth }) => [
    type,
    String(count),
    formatDuration(retention.ttlMs),
    retention.curve,
    worthCell(newestWorth),
    worthCell(worth),
  ]);
  return table(page, columns, rows, none);
}

/** How the worth of one type falls with its age. */
export function curveTable(page: Page, { type, retention, ages }: Decay): string {
  const row = retention.name === type ? '' : ` (as ${retention.name})`;
  const head = `${type}${row} is kept for ${formatDuration(retention.ttlMs)}; its worth falls on the ${retention.curve} curve.`;
  const rows = ages.map(({ ageMs, worth }) => [formatDuration(ageMs), worthCell(worth)]);
  return `${head}\n\n${table(page, [{ heading: 'AGE' }, { heading: 'WORTH', isNumber: true }], rows, none)}`;
}

function worthCell(worth: number): Cell {
  return { text: worth.toFixed(2), tone: worth < 0.25 ? 'warn' : undefined };
}

/** The table of times in force. */
export function retentionTable(page: Page, rows: Rows): string {
  return table(
    page,
    [{ heading: 'TYPE' }, { heading: 'KEPT' }, { heading: 'CURVE' }, { heading: 'FROM' }],
    rows.map(({ name, ttlMs, curve, source }) => [
      name,
      formatDuration(ttlMs),
      curve,
      source.kind === 'default' ? { text: 'default', tone: 'faint' } : formatSource(source),
    ]),
    none,
  );
}
