import { Fault } from '#base';
import type { Reader } from '#store';
import { type Death, readSessionRow, type Session } from './model.ts';
import { deathWindowMs } from './rules.ts';

/** Work that counts as progress by itself (R1). */
const progressMs = 60_000;

/** The agent's unended session. */
export async function findLiveSession(reader: Reader, agent: string): Promise<Session | undefined> {
  const row = await reader.selectFrom('sessions').selectAll().where('agent', '=', agent).where('ended_at', 'is', null).executeTakeFirst();
  return row === undefined ? undefined : readSessionRow(row);
}

/** A session by its id or a beginning of it that is unique; several are a conflict that lists them. */
export async function getSession(reader: Reader, id: string): Promise<Session> {
  const exact = await reader.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  if (exact !== undefined) return readSessionRow(exact);
  const prefix = id.startsWith('sess_') ? id : `sess_${id}`;
  const rows = await reader.selectFrom('sessions').selectAll().where('id', '>=', prefix).where('id', '<', `${prefix}~`).orderBy('id').limit(11).execute();
  const [only] = rows;
  if (only === undefined || id === '') throw new Fault('not-found', `there is no session "${id}"`, { hint: '`baton sessions list` shows them' });
  if (rows.length > 1) throw new Fault('conflict', `"${id}" could be several sessions`, { hint: 'write more of the id', details: { candidates: rows.map((row) => row.id) } });
  return readSessionRow(only);
}

/** Sessions, newest first. */
export async function listSessions(reader: Reader, query: { agent?: string | undefined; limit?: number | undefined; isUnended?: boolean } = {}): Promise<Session[]> {
  let rows = reader.selectFrom('sessions').selectAll();
  if (query.agent !== undefined) rows = rows.where('agent', '=', query.agent);
  if (query.isUnended === true) rows = rows.where('ended_at', 'is', null);
  return (await rows.orderBy('created_at', 'desc').orderBy('generation', 'desc').orderBy('id').limit(query.limit ?? 1000).execute()).map(readSessionRow);
}

/** Sessions of this host that are unended, or ended with processes that are not proven gone; oldest first. */
export async function listUngone(reader: Reader, host: string): Promise<Session[]> {
  const rows = await reader.selectFrom('sessions').selectAll().where('gone_at', 'is', null).where('host', '=', host).orderBy('agent').orderBy('generation').execute();
  return rows.map(readSessionRow);
}

/** Every session of an agent, first generation first, each pointing at its predecessor. */
export async function readLineage(reader: Reader, agent: string): Promise<Session[]> {
  const rows = await reader.selectFrom('sessions').selectAll().where('agent', '=', agent).orderBy('generation').execute();
  return rows.map(readSessionRow);
}

/** The deaths of an agent that its next start must think of, oldest first. `handoff` and ordered ends are none (R1). */
export async function readDeaths(reader: Reader, agent: string): Promise<Death[]> {
  const rows = await reader
    .selectFrom('sessions')
    .select(['id', 'ended_at', 'first_turn_at', 'started_at', 'progress_at'])
    .where('agent', '=', agent)
    .where('end_reason', 'in', ['crashed', 'lost'])
    .orderBy('generation', 'desc')
    .limit(10)
    .execute();
  const newest = rows[0]?.ended_at ?? 0;
  const near = rows.filter((row) => newest - (row.ended_at ?? 0) <= rows.length * deathWindowMs);
  const deaths = await Promise.all(near.map(async (row) => ({ at: row.ended_at ?? 0, hadProgress: (await closedStep(reader, row.id)) || (row.progress_at ?? 0) - (row.started_at ?? row.progress_at ?? 0) >= progressMs })));
  return deaths.reverse();
}

async function closedStep(reader: Reader, session: string): Promise<boolean> {
  const row = await reader.selectFrom('steps').select('id').where('ended_session', '=', session).where('status', '=', 'done').limit(1).executeTakeFirst();
  return row !== undefined;
}
