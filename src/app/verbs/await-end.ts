import { type EndReason, getSession, type Session } from '#sessions';
import { lastSeq } from '#store';
import type { Deps } from '../deps.ts';
import { followJournal } from '../follow-journal.ts';

/** How a session ended that somebody stayed with. `isCrash`: its program died, and not because anybody wanted it to end. */
export interface SeenEnd {
  readonly agent: string;
  readonly session: string;
  readonly reason: EndReason;
  readonly isCrash: boolean;
}

const crashes: readonly EndReason[] = ['crashed', 'lost', 'host-restart', 'context-full'];

/** Stays until a session has ended, however long that takes. */
export async function awaitEnd(deps: Deps, id: string): Promise<SeenEnd> {
  const after = await lastSeq(deps.store.db);
  const session = await getSession(deps.store.db, id);
  if (session.endReason === undefined)
    await followJournal(deps, {
      after,
      timeoutMs: Number.POSITIVE_INFINITY,
      what: `${session.agent} to end`,
      judge: ({ type, payload }) => (payload.session === id && (type === 'session_end' || type === 'session_death') ? true : undefined),
    });
  return toSeenEnd(await getSession(deps.store.db, id));
}

function toSeenEnd({ agent, id, endReason = 'lost' }: Session): SeenEnd {
  return { agent, session: id, reason: endReason, isCrash: crashes.includes(endReason) };
}
