import type { Reader } from '#store';

/** What a live session was told, and with which no turn of it began. */
export interface Stalled {
  readonly agent: string;
  readonly session: string;
  readonly mails: readonly string[];
  readonly nudges: readonly string[];
}

/** A nudge that was brought in vain so often is told, though it is tried on. */
const missCountMax = 3;

/**
 * What was delivered to a session that lives on, before `before`, and never consumed (DESIGN.md section 10), by session; and what was brought to its agent
 * in vain again and again.
 */
export async function listStalled(reader: Reader, { before }: { before: number }): Promise<Stalled[]> {
  const live = reader.selectFrom('sessions').select(['id', 'agent']).where('ended_at', 'is', null).where('condition', 'is', null);
  const sessions = new Map((await live.execute()).map(({ id, agent }) => [id, agent]));
  const told = reader.selectFrom('mail').select(['id', 'delivered_session']).where('delivered_at', '<=', before).where('consumed_at', 'is', null);
  const mails = Map.groupBy(await told.where('read_at', 'is', null).orderBy('id').execute(), (mail) => mail.delivered_session);
  const brought = reader.selectFrom('nudges').select(['id', 'agent', 'delivered_session', 'delivered_at', 'miss_count']);
  const open = await brought.where('consumed_at', 'is', null).where('dropped_at', 'is', null).orderBy('id').execute();
  return [...sessions].flatMap(([session, agent]) => {
    const isStalled = (nudge: (typeof open)[number]) =>
      nudge.miss_count >= missCountMax || (nudge.delivered_session === session && (nudge.delivered_at ?? before + 1) <= before);
    const found = {
      agent,
      session,
      mails: (mails.get(session) ?? []).map(({ id }) => id),
      nudges: open.filter((nudge) => nudge.agent === agent && isStalled(nudge)).map(({ id }) => id),
    };
    return found.mails.length + found.nudges.length > 0 ? [found] : [];
  });
}
