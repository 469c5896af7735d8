import { checkMail, selectUntold, tellMailRows, type Unread } from '#mail';
import { getSession } from '#sessions';
import type { HotDeps } from './deps.ts';

/**
 * What is unread for whoever calls. Put into a conversation (`isInjected`) it is only what the session was not told of yet, and that is marked as told;
 * else, and for a person, all of it, and nothing is marked.
 */
export async function checkOwnMail({ store, by }: Pick<HotDeps, 'store' | 'by'>, request: { address: string; isInjected: boolean }): Promise<Unread> {
  const { session } = by;
  const unread = await checkMail(store.db, { address: request.address, session });
  if (session === undefined || !request.isInjected) return unread;
  const untold = selectUntold(unread, session);
  if (untold.count === 0) return untold;
  return store.change({ ...by, point: 'mail.tell' }, async (tx, at) => {
    const { turnAt = 0, turnEndedAt = 0 } = await getSession(tx, session);
    return tellMailRows(tx, at, { agent: request.address, session, isInTurn: turnAt > turnEndedAt });
  });
}
