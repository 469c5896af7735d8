import { Fault } from '#base';
import { findEndOf, findLiveSession, getSession, type Session } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { type Agent, hintStart } from '#town';

/**
 * The session whose handoff is asked for: the caller's own where it is the agent's, also one that has ended; else the agent's live one. One that
 * has not started yet has nothing to hand off: then its predecessor is meant, so that of two that ask at once one hands off.
 */
export async function findEnding({ store, by }: { store: Store; by: Writer }, agent: Agent): Promise<Session> {
  if (by.session !== undefined && by.actor === agent.address) return getSession(store.db, by.session);
  const live = await findLiveSession(store.db, agent.address);
  if (live === undefined) throw new Fault('not-found', `"${agent.address}" has no session that could hand off`, { hint: hintStart(agent) });
  if (live.startedAt !== undefined || live.predecessor === undefined) return live;
  const end = await findEndOf(store.db, live.predecessor);
  return end === undefined ? live : getSession(store.db, live.predecessor);
}
