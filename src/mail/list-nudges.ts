import { Fault } from '#base';
import type { Reader } from '#store';
import { type Nudge, readNudge } from './nudge.ts';

/** Nudges that no session is known to have: they wait, or are being brought. */
export function listWaitingRows(reader: Reader) {
  return reader.selectFrom('nudges').selectAll().where('delivered_at', 'is', null).where('dropped_at', 'is', null);
}

/** The nudges that wait for a session, in their line's order; of one agent or of all. Those that are being brought, or have expired at `now`, are left out. */
export async function listWaitingNudges(reader: Reader, { agent, now }: { agent?: string | undefined; now: number }): Promise<Nudge[]> {
  let rows = listWaitingRows(reader).where('offered_at', 'is', null);
  rows = rows.where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]));
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  return (await rows.orderBy('place').orderBy('created_at').orderBy('id').execute()).map(readNudge);
}

/** What was brought to a session, or is being brought, and with which no turn is known to have begun; in their line's order, of one agent or of all. */
export async function listOpenNudges(reader: Reader, { agent }: { agent?: string | undefined } = {}): Promise<Nudge[]> {
  let rows = reader.selectFrom('nudges').selectAll().where('consumed_at', 'is', null).where('dropped_at', 'is', null);
  rows = rows.where((row) => row.or([row('offered_at', 'is not', null), row('delivered_at', 'is not', null)]));
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  return (await rows.orderBy('place').orderBy('created_at').orderBy('id').execute()).map(readNudge);
}

/** Waiting nudges whose time is over at `now`, in their line's order. */
export async function listExpiredNudges(reader: Reader, { now }: { now: number }): Promise<Nudge[]> {
  const rows = listWaitingRows(reader).where('offered_at', 'is', null).where('expires_at', '<=', now);
  return (await rows.orderBy('place').orderBy('created_at').orderBy('id').execute()).map(readNudge);
}

/** Whether an agent was ever nudged about an incident, whatever became of it. */
export async function wasNudged(reader: Reader, { agent, incident }: { agent: string; incident: string }): Promise<boolean> {
  const row = await reader.selectFrom('nudges').select('id').where('agent', '=', agent).where('incident', '=', incident).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** The nudge with this id, which exists. */
export async function getNudge(reader: Reader, id: string): Promise<Nudge> {
  return readNudge(await reader.selectFrom('nudges').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

const candidatesMax = 20;
/** Sorts after everything that begins with the same text: the last code point. */
const last = '\u{10FFFF}';

/** The nudge with this id, or the only one whose id begins with it. Faults: `not-found`; `conflict` with the candidates in its details. */
export async function findNudge(reader: Reader, id: string): Promise<Nudge> {
  const rows = await reader
    .selectFrom('nudges')
    .selectAll()
    .where('id', '>=', id)
    .where('id', '<', `${id}${last}`)
    .orderBy('id')
    .limit(candidatesMax)
    .execute();
  const row = rows.find((each) => each.id === id) ?? (rows.length === 1 && id !== '' ? rows[0] : undefined);
  if (row !== undefined) return readNudge(row);
  if (rows.length > 1 && id !== '')
    throw new Fault('conflict', `"${id}" begins the ids of several nudges: ${rows.map((each) => each.id).join(', ')}`, {
      hint: 'type more of the id',
      details: { candidates: rows.map((each) => each.id) },
    });
  throw new Fault('not-found', `there is no nudge "${id}"`, { hint: '`baton nudge list` shows them' });
}

/** Which nudges: to an agent, from a sender, for a reason, all where none is named; `isOpenOnly`: those with which no turn began and that were not dropped. */
export interface NudgeQuery {
  readonly agent?: string | undefined;
  readonly sender?: string | undefined;
  readonly reason?: string | undefined;
  readonly isOpenOnly?: boolean | undefined;
  readonly limit: number;
}

/** Nudges, whatever became of them, newest first. */
export async function listNudges(reader: Reader, { agent, sender, reason, isOpenOnly, limit }: NudgeQuery): Promise<Nudge[]> {
  let rows = reader.selectFrom('nudges').selectAll();
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  if (sender !== undefined) rows = rows.where('sender', '=', sender);
  if (reason !== undefined) rows = rows.where('reason', '=', reason);
  if (isOpenOnly === true) rows = rows.where('consumed_at', 'is', null).where('dropped_at', 'is', null);
  return (await rows.orderBy('created_at', 'desc').orderBy('place', 'desc').orderBy('id').limit(limit).execute()).map(readNudge);
}
