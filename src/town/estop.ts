import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';

/** An emergency stop: while it stands, nothing starts, nothing is ended or typed into, and sessions are frozen (DESIGN.md section 12). */
export interface Estop {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  /** The mayor too is frozen. */
  readonly isForced?: boolean;
}

const key = 'estop';

/** The emergency stop that stands, if one does. */
export async function readEstop(reader: Reader): Promise<Estop | undefined> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined || row.value === '' ? undefined : (JSON.parse(row.value) as Estop);
}

/** Writes that the town is stopped, or with `undefined` that it may go on. Answers the events to add: none where that was so already. */
export async function setEstopRow(tx: Tx, at: number, stop: Omit<Estop, 'at'> | undefined): Promise<NewEvent[]> {
  const before = await readEstop(tx);
  if ((before === undefined) === (stop === undefined)) return [];
  const value = stop === undefined ? '' : JSON.stringify({ at, ...stop } satisfies Estop);
  await tx
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
  if (stop === undefined) return [{ type: 'thaw', payload: { stoppedAt: before?.at ?? null, reason: before?.reason ?? null } }];
  return [{ type: 'estop', payload: { reason: stop.reason } }];
}
