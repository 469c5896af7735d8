import type { Selectable } from 'kysely';
import type { EventRow, JournalEvent } from './model.ts';
import type { Reader } from './store.ts';

/** Which events: after a `seq`, before one, of some types, of an agent or bead. `last` takes the newest that many; order is always by `seq`. */
export interface EventQuery {
  readonly after?: number;
  readonly before?: number;
  readonly types?: readonly string[];
  readonly agent?: string;
  readonly bead?: string;
  readonly limit?: number;
  readonly last?: number;
}

/** Events of the journal, oldest first. */
export async function readEvents(reader: Reader, query: EventQuery = {}): Promise<JournalEvent[]> {
  let rows = reader.selectFrom('events').selectAll();
  if (query.after !== undefined) rows = rows.where('seq', '>', query.after);
  if (query.before !== undefined) rows = rows.where('seq', '<', query.before);
  if (query.types !== undefined) rows = rows.where('type', 'in', [...query.types]);
  if (query.agent !== undefined) rows = rows.where('agent', '=', query.agent);
  if (query.bead !== undefined) rows = rows.where('bead', '=', query.bead);
  if (query.last !== undefined) return (await rows.orderBy('seq', 'desc').limit(query.last).execute()).reverse().map(toEvent);
  return (
    await rows
      .orderBy('seq', 'asc')
      .limit(query.limit ?? 1000)
      .execute()
  ).map(toEvent);
}

/** The number of the newest event; 0 in an empty journal. */
export async function lastSeq(reader: Reader): Promise<number> {
  const row = await reader.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row?.seq ?? 0;
}

function toEvent(row: Selectable<EventRow>): JournalEvent {
  return { ...row, payload: JSON.parse(row.payload) as Record<string, unknown> };
}
