import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { NudgeChannel } from './nudge.ts';

/** Nudges of one agent that are brought to a session of it. */
interface Brought {
  readonly nudges: readonly string[];
  readonly session: string;
  readonly agent: string;
  readonly channel: NudgeChannel;
}

/**
 * Says before it is done that nudges are about to be brought to a session, so that a death in between is seen and nobody brings them twice. Answers
 * those that still waited, which alone may be brought, and the events to add.
 */
export async function offerNudgeRows(tx: Tx, at: number, { nudges, session, agent, channel }: Brought): Promise<{ offered: string[]; events: NewEvent[] }> {
  if (nudges.length === 0) return { offered: [], events: [] };
  const rows = await tx
    .updateTable('nudges')
    .set({ offered_at: at, offered_session: session, channel })
    .where('id', 'in', [...nudges])
    .where('offered_at', 'is', null)
    .where('delivered_at', 'is', null)
    .where('dropped_at', 'is', null)
    .returning('id')
    .execute();
  const offered = nudges.filter((id) => rows.some((row) => row.id === id));
  return { offered, events: offered.length > 0 ? [{ type: 'nudge_offered', agent, payload: { session, nudges: offered, channel } }] : [] };
}

/** Takes an offer back of which nothing was brought: they wait in their old place. */
export async function withdrawNudgeRows(tx: Tx, { nudges, agent, why }: { nudges: readonly string[]; agent: string; why: string }): Promise<NewEvent[]> {
  return giveBack(tx, { nudges, agent }, {}, { type: 'nudge_withdrawn', agent, payload: { nudges, why } });
}

/** Marks nudges as brought to a session, each once. Answers the events to add: none where all had been. */
export async function deliverNudgeRows(tx: Tx, at: number, { nudges, session, agent, channel }: Brought): Promise<NewEvent[]> {
  if (nudges.length === 0) return [];
  const { numUpdatedRows } = await tx
    .updateTable('nudges')
    .set({ delivered_at: at, delivered_session: session, channel })
    .where('id', 'in', [...nudges])
    .where('delivered_at', 'is', null)
    .where('dropped_at', 'is', null)
    .where((row) => row.or([row('offered_session', 'is', null), row('offered_session', '=', session)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'nudge_delivered', agent, payload: { session, nudges, channel } }] : [];
}

/** A turn of the session began: what was delivered to it before is received; of `nudges` alone, where they are named. */
export async function consumeNudgeRows(
  tx: Tx,
  at: number,
  { session, agent, nudges }: { session: string; agent: string; nudges?: readonly string[] },
): Promise<NewEvent[]> {
  if (nudges?.length === 0) return [];
  let rows = tx.updateTable('nudges').set({ consumed_at: at }).where('delivered_session', '=', session).where('consumed_at', 'is', null);
  if (nudges !== undefined) rows = rows.where('id', 'in', [...nudges]);
  const consumed = await rows.returning('id').execute();
  return consumed.length > 0 ? [{ type: 'nudge_received', agent, payload: { session, nudges: consumed.map(({ id }) => id).sort() } }] : [];
}

/** Nudges that were brought, or begun to be, came to nothing: they wait again in their old place, for whichever channel comes next. */
export async function missNudgeRows(
  tx: Tx,
  at: number,
  { nudges, agent, why }: { nudges: readonly string[]; agent: string; why: string },
): Promise<NewEvent[]> {
  return giveBack(tx, { nudges, agent }, { missed_at: at, missed_why: why }, { type: 'nudge_missed', agent, payload: { nudges, why } });
}

/** Where one of the same incident was queued meanwhile, that one says it: the older is dropped, since one alone may wait. */
async function giveBack(
  tx: Tx,
  { nudges, agent }: { nudges: readonly string[]; agent: string },
  missed: { missed_at?: number; missed_why?: string },
  event: NewEvent,
): Promise<NewEvent[]> {
  const given: string[] = [];
  for (const id of nudges) {
    const row = await tx.selectFrom('nudges').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined || row.consumed_at !== null || row.dropped_at !== null || (row.offered_at === null && row.delivered_at === null)) continue;
    const newer = row.incident === null || row.delivered_at === null ? undefined : await findOther(tx, { agent, incident: row.incident });
    const over = newer === undefined ? {} : { dropped_at: row.offered_at ?? row.delivered_at, dropped_why: `${newer} says it` };
    const waiting = { offered_at: null, offered_session: null, delivered_at: null, delivered_session: null };
    const count = missed.missed_at === undefined ? row.miss_count : row.miss_count + 1;
    await tx
      .updateTable('nudges')
      .set({ ...waiting, ...missed, ...over, miss_count: count })
      .where('id', '=', id)
      .execute();
    given.push(id);
  }
  return given.length > 0 ? [{ ...event, payload: { ...event.payload, nudges: given } }] : [];
}

async function findOther(tx: Tx, { agent, incident }: { agent: string; incident: string }): Promise<string | undefined> {
  const rows = tx.selectFrom('nudges').select('id').where('agent', '=', agent).where('incident', '=', incident);
  return (await rows.where('delivered_at', 'is', null).where('dropped_at', 'is', null).executeTakeFirst())?.id;
}

/** Takes waiting nudges back: what they are for is over. Answers the events to add. */
export async function dropNudgeRows(
  tx: Tx,
  at: number,
  { nudges, agent, why }: { nudges: readonly string[]; agent: string; why: string },
): Promise<NewEvent[]> {
  if (nudges.length === 0) return [];
  const { numUpdatedRows } = await tx
    .updateTable('nudges')
    .set({ dropped_at: at, dropped_why: why })
    .where('id', 'in', [...nudges])
    .where('delivered_at', 'is', null)
    .where('dropped_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'nudge_dropped', agent, payload: { nudges, why } }] : [];
}
