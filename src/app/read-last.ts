import { deathReasons, listSessions, type Session } from '#sessions';
import { type Reader, readHorizon } from '#store';

/** The last that is known of an agent: an event's type and moment. */
export interface Last {
  readonly type: string;
  readonly at: number;
}

/**
 * What an agent's journal says last. Where that may have been pruned, the newest that its sessions' rows say, because an older event that is kept
 * for longer is not the last.
 */
export async function readLast(reader: Reader, agent: string, live: Session | undefined): Promise<Last | undefined> {
  const newest = reader.selectFrom('events').select(['seq', 'type', 'at']).where('agent', '=', agent).orderBy('seq', 'desc');
  const event = await newest.limit(1).executeTakeFirst();
  const told = event === undefined ? undefined : { type: event.type, at: event.at };
  if (event !== undefined && event.seq > (await readHorizon(reader)).seq) return told;
  const [life] = live === undefined ? await listSessions(reader, { agent, limit: 1 }) : [live];
  return (life === undefined ? [] : listMoments(life)).reduce<Last | undefined>((last, one) => (one.at > (last?.at ?? 0) ? one : last), told);
}

/** When a session's row was written, with the type of the event that said so. */
function listMoments(life: Session): Last[] {
  const moments: [string, number | undefined][] = [
    ['session_opened', life.createdAt],
    ['session_start', life.startedAt],
    ['session_primed', life.primedAt],
    ['turn_started', life.turnAt],
    ['turn_ended', life.turnEndedAt],
    ['session_progress', life.progressAt],
    [life.endReason !== undefined && deathReasons.includes(life.endReason) ? 'session_death' : 'session_end', life.endedAt],
    ['session_gone', life.goneAt],
  ];
  return moments.flatMap(([type, at]) => (at === undefined ? [] : [{ type, at }]));
}
