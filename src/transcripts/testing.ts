import { DatabaseSync } from 'node:sqlite';
import {
  asFields,
  asText,
  type ContextChange,
  type Entry,
  findFields,
  type LineReading,
  type LinesFormat,
  type RowsFormat,
  type TurnUsage,
  type UndoRole,
} from '#runtimes/model';

/** A record of the formats below: what a real runtime says in its own words. */
export interface FakeRecord {
  readonly id?: string;
  readonly kind?: Entry['kind'];
  readonly text?: string;
  readonly at?: number;
  readonly parent?: string | null;
  readonly subagent?: string;
  readonly tool?: NonNullable<Entry['tool']>;
  readonly usage?: TurnUsage;
  readonly windowTokens?: number;
  readonly change?: ContextChange;
  readonly copiedUntil?: number;
  readonly turnAt?: number;
  readonly undo?: UndoRole;
}

/** The line of a record, with its end. */
export function fakeLine(record: FakeRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** What a record says. */
export function fakeReading({ kind = 'assistant', text, usage, windowTokens, change, copiedUntil, turnAt, undo, ...entry }: FakeRecord): LineReading {
  return {
    entries: text === undefined ? [] : [{ kind, text, ...entry }],
    ...(usage === undefined ? {} : { usage }),
    ...(windowTokens === undefined ? {} : { windowTokens }),
    ...(change === undefined ? {} : { change }),
    ...(copiedUntil === undefined ? {} : { copiedUntil }),
    ...(turnAt === undefined ? {} : { turnAt }),
    ...(undo === undefined ? {} : { undo }),
  };
}

/** A format whose lines are such records; `t.jsonl` is rotated to `t_1.jsonl`, `t_2.jsonl` and so on. */
export const fakeLines: LinesFormat = {
  kind: 'lines',
  readLine: (line) => {
    const fields = findFields(line);
    return fields === undefined ? undefined : fakeReading(fields as FakeRecord);
  },
  earlierFiles: (name, names) => {
    const nthOf = (each: string) => (each.startsWith(`${name.replace('.jsonl', '')}_`) ? Number(/_(\d+)\.jsonl$/.exec(each)?.[1]) : Number.NaN);
    return names.filter((each) => nthOf(each) > 0).sort((a, b) => nthOf(a) - nthOf(b));
  },
};

/** A format whose rows hold such records, in a table `records`. */
export const fakeRows: RowsFormat = {
  kind: 'rows',
  query: 'select id, data, changed, blob from records where conversation = ? and changed >= ? order by changed, id',
  readRow: (row) => {
    const fields = asFields(JSON.parse(asText(row.data) ?? 'null'));
    return fields === undefined ? undefined : fakeReading(fields as FakeRecord);
  },
};

/** Makes such a database, with a WAL, empty. */
export function makeRows(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    'pragma journal_mode = wal; create table if not exists records (id text primary key, conversation text, data text, changed integer, blob blob); create index if not exists records_by_change on records (conversation, changed, id)',
  );
  return database;
}

/** Writes a record, or writes it anew. */
export function putRow(database: DatabaseSync, changed: number, record: FakeRecord, conversation = 'c'): void {
  database
    .prepare('insert into records values (?, ?, ?, ?, ?) on conflict (id) do update set data = excluded.data, changed = excluded.changed')
    .run(record.id ?? '', conversation, JSON.stringify(record), changed, new Uint8Array([1, 2, 255]));
}
