import type { Chance } from '#base';
import { Fault } from '#base';
import type { Changed, Reader, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Nudge, type NudgeChannel, readNudge } from './nudge.ts';
import { pickId, readBody } from './send-mail.ts';

/** A line for an agent's live session. `expiresAt` in ms since 1970; without it, it waits as long as the agent does. */
export interface NewNudge {
  readonly agent: string;
  readonly reason: string;
  readonly body: string;
  readonly incident?: string | undefined;
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
  readonly expiresAt?: number | undefined;
}

/** What would play with a terminal; lines and tabs stay. A person's text that holds any is refused before it comes here. */
const controls = /[^\P{Cc}\n\t]/gu;

export type QueueAnswer = { readonly kind: 'queued' | 'already'; readonly nudge: Nudge };

/** Records a nudge inside a change; `already` while one of the same incident waits. Fault `invalid` for an empty one. */
export async function queueNudgeRow(tx: Tx, at: number, { chance, by, ...request }: NewNudge & { chance: Chance; by: Writer }): Promise<Changed<QueueAnswer>> {
  if (request.body.trim() === '') throw new Fault('invalid', 'the nudge is empty', { hint: 'say what the agent is to do' });
  const waiting = request.incident === undefined ? undefined : await findWaiting(tx, request.agent, request.incident);
  if (waiting !== undefined) return { answer: { kind: 'already', nudge: waiting }, events: [] };
  const isTaken = async (id: string) => (await tx.selectFrom('nudges').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
  const row = await tx
    .insertInto('nudges')
    .values({
      id: await pickId(chance, 'nu', isTaken),
      agent: request.agent,
      sender: by.actor,
      sender_session: by.session ?? null,
      reason: request.reason,
      incident: request.incident ?? null,
      body: readBody('nudge', request.body.replace(controls, '')),
      evidence: JSON.stringify(request.evidence ?? {}),
      created_at: at,
      expires_at: request.expiresAt ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const payload = { nudge: row.id, reason: row.reason, text: row.body, evidence: request.evidence ?? {} };
  return { answer: { kind: 'queued', nudge: readNudge(row) }, events: [{ type: 'nudge', agent: row.agent, payload }] };
}

async function findWaiting(tx: Tx, agent: string, incident: string): Promise<Nudge | undefined> {
  const rows = waitingRows(tx).where('agent', '=', agent).where('incident', '=', incident);
  const row = await rows.executeTakeFirst();
  return row === undefined ? undefined : readNudge(row);
}

function waitingRows(reader: Reader) {
  return reader.selectFrom('nudges').selectAll().where('delivered_at', 'is', null).where('dropped_at', 'is', null);
}

/** The nudges that wait for a session, oldest first; of one agent or of all. Those that have expired at `now` are left out. */
export async function listWaitingNudges(reader: Reader, { agent, now }: { agent?: string | undefined; now: number }): Promise<Nudge[]> {
  let rows = waitingRows(reader).where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]));
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  return (await rows.orderBy('created_at').orderBy('id').execute()).map(readNudge);
}

/** Waiting nudges whose time is over at `now`, oldest first. */
export async function listExpiredNudges(reader: Reader, { now }: { now: number }): Promise<Nudge[]> {
  return (await waitingRows(reader).where('expires_at', '<=', now).orderBy('created_at').orderBy('id').execute()).map(readNudge);
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

/** The nudges of an agent, waiting or not, newest first. */
export async function listNudges(reader: Reader, { agent, limit }: { agent: string; limit: number }): Promise<Nudge[]> {
  const rows = reader.selectFrom('nudges').selectAll().where('agent', '=', agent);
  return (await rows.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute()).map(readNudge);
}

/** Marks nudges as brought to a session, each once. Answers the events to add: none where all had been. */
export async function deliverNudgeRows(
  tx: Tx,
  at: number,
  { nudges, session, agent, channel }: { nudges: readonly string[]; session: string; agent: string; channel: NudgeChannel },
): Promise<NewEvent[]> {
  if (nudges.length === 0) return [];
  const { numUpdatedRows } = await tx
    .updateTable('nudges')
    .set({ delivered_at: at, delivered_session: session, channel })
    .where('id', 'in', [...nudges])
    .where('delivered_at', 'is', null)
    .where('dropped_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'nudge_delivered', agent, payload: { session, nudges, channel } }] : [];
}

/** A turn of the session began: what was brought to it before is received. */
export async function consumeNudgeRows(tx: Tx, at: number, { session, agent }: { session: string; agent: string }): Promise<NewEvent[]> {
  const { numUpdatedRows } = await tx
    .updateTable('nudges')
    .set({ consumed_at: at })
    .where('delivered_session', '=', session)
    .where('consumed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'nudge_received', agent, payload: { session } }] : [];
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
