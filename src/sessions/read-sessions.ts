import { Fault, minute } from '#base';
import type { Reader } from '#store';
import { type Death, deathReasons, type EndClass, readSessionRow, type Session } from './model.ts';

/** Work that counts as progress by itself (R1). */
const progressMs = minute;
/** An open breaker is probed once an hour at most, so that these reach back for two days: older ones change nothing. */
const deathCountMax = 60;

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
  const candidates = rows.map((row) => row.id);
  if (candidates.length > 1)
    throw new Fault('conflict', `"${id}" begins the ids of several sessions: ${candidates.join(', ')}`, {
      hint: 'type more of the id',
      details: { candidates },
    });
  return readSessionRow(only);
}

/** The session that an agent's next one goes on from: the newest whose document nobody has received. */
export async function findPredecessor(reader: Reader, agent: string): Promise<Session | undefined> {
  const waiting = reader
    .selectFrom('handoffs')
    .select('source_session')
    .where('target_agent', '=', agent)
    .where('kind', '=', 'end')
    .where('consumed_at', 'is', null);
  const newest = await waiting.orderBy('created_at', 'desc').orderBy('id').limit(1).executeTakeFirst();
  return newest === undefined ? undefined : getSession(reader, newest.source_session);
}

/** Sessions, newest first. */
export async function listSessions(
  reader: Reader,
  query: { agent?: string | undefined; bead?: string | undefined; conversation?: string | undefined; limit?: number | undefined; isUnended?: boolean } = {},
): Promise<Session[]> {
  let rows = reader.selectFrom('sessions').selectAll();
  if (query.agent !== undefined) rows = rows.where('agent', '=', query.agent);
  if (query.bead !== undefined) rows = rows.where('bead', '=', query.bead);
  if (query.conversation !== undefined) rows = rows.where('conversation', '=', query.conversation);
  if (query.isUnended === true) rows = rows.where('ended_at', 'is', null);
  return (
    await rows
      .orderBy('created_at', 'desc')
      .orderBy('generation', 'desc')
      .orderBy('id')
      .limit(query.limit ?? 1000)
      .execute()
  ).map(readSessionRow);
}

/** Sessions of this host whose program runs and neither was primed nor counts as ready. */
export async function listUnready(reader: Reader, host: string): Promise<Session[]> {
  const rows = await reader
    .selectFrom('sessions')
    .selectAll()
    .where('gone_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('started_at', 'is not', null)
    .where('primed_at', 'is', null)
    .where('ready_at', 'is', null)
    .where('host', '=', host)
    .execute();
  return rows.map(readSessionRow);
}

/** Sessions of this host that are unended, or ended with processes that are not proven gone; oldest first. */
export async function listUngone(reader: Reader, host: string): Promise<Session[]> {
  const rows = await reader
    .selectFrom('sessions')
    .selectAll()
    .where('gone_at', 'is', null)
    .where('host', '=', host)
    .orderBy('agent')
    .orderBy('generation')
    .execute();
  return rows.map(readSessionRow);
}

/** Every session of an agent, first generation first, each pointing at its predecessor. */
export async function readLineage(reader: Reader, agent: string): Promise<Session[]> {
  const rows = await reader.selectFrom('sessions').selectAll().where('agent', '=', agent).orderBy('generation').execute();
  return rows.map(readSessionRow);
}

/**
 * The deaths of an agent that its next start must think of, oldest first; none from before `since` (ms since 1970), when somebody said that they
 * count no more. Handoffs and ordered ends are none (R1).
 */
export async function readDeaths(reader: Reader, agent: string, since: number | null = null): Promise<Death[]> {
  let rows = reader
    .selectFrom('sessions')
    .selectAll()
    .where('agent', '=', agent)
    .where('end_reason', 'in', deathReasons)
    .orderBy('generation', 'desc')
    .limit(deathCountMax);
  if (since !== null) rows = rows.where('ended_at', '>', since);
  const ended = (await rows.execute()).map(readSessionRow).reverse();
  const stepped = await listWithSteps(
    reader,
    ended.map(({ id }) => id),
  );
  return ended.map((session) => toDeath(session, stepped.has(session.id)));
}

function toDeath(session: Session, hasStep: boolean): Death {
  const { class: ended, resetAt } = session.endEvidence as { class?: EndClass; resetAt?: number | null };
  const at = session.endedAt ?? 0;
  return {
    session: session.id,
    at,
    class: ended ?? (session.endReason === 'lost' ? 'lost' : 'crash'),
    hadProgress: hasStep || hadProgress(session),
    livedMs: Math.max(0, at - (session.startedAt ?? at)),
    resetAt: resetAt ?? undefined,
  };
}

/** A commit or 60 s of work (R1). Whoever recorded the end counted the commits. */
function hadProgress(session: Session): boolean {
  if (Number(session.endEvidence.commitCount ?? 0) > 0) return true;
  return (session.progressAt ?? 0) - (session.startedAt ?? Number.POSITIVE_INFINITY) >= progressMs;
}

/** Which of these sessions closed a step. */
async function listWithSteps(reader: Reader, sessions: readonly string[]): Promise<Set<string | null>> {
  if (sessions.length === 0) return new Set();
  const rows = reader
    .selectFrom('steps')
    .select('ended_session')
    .distinct()
    .where('ended_session', 'in', [...sessions])
    .where('status', '=', 'done');
  return new Set((await rows.execute()).map((row) => row.ended_session));
}

/** Whether a session that lives has made the progress that R1 asks for. */
export async function hasProgressed(reader: Reader, session: Session): Promise<boolean> {
  return hadProgress(session) || (await listWithSteps(reader, [session.id])).size > 0;
}
