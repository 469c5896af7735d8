import { hour } from '#base';
import { type HandoffAnswer, type HandoffDeps, handOff } from '#handoff';
import { listNudges, type Nudge } from '#mail';
import type { Reader } from '#store';

/** A handoff that somebody ordered for another's session, which is asked for its document first; it stands in the row of that question. */
export interface OrderedHandoff {
  readonly by: string;
  readonly agent: string;
  readonly session: string;
  readonly subject: string;
  readonly notes: string;
  readonly reason: string;
  readonly isCollected: boolean;
}

/** Carries it out, in the name of whoever ordered it; a session that ended meanwhile is let be, and what was said goes to its successor. */
export function handOffAsOrdered(deps: Omit<HandoffDeps, 'by'>, { by, ...order }: OrderedHandoff): Promise<HandoffAnswer> {
  return handOff({ ...deps, by: { actor: by } }, { ...order, isOrdered: true });
}

const asksRead = 100;

/** Orders whose session lives on, with the moment at which it was asked, in ms since 1970; an hour later they count no more. */
export async function listOrderedHandoffs(reader: Reader, { now }: { now: number }): Promise<{ order: OrderedHandoff; askedAt: number }[]> {
  const asks = await listNudges(reader, { reason: 'document', limit: asksRead });
  const orders = asks.filter(({ createdAt }) => createdAt > now - hour).flatMap(readOrder);
  if (orders.length === 0) return [];
  const live = await reader.selectFrom('sessions').select('id').where('ended_at', 'is', null).execute();
  return orders.filter(({ order }) => live.some(({ id }) => id === order.session));
}

function readOrder({ evidence, createdAt }: Nudge): { order: OrderedHandoff; askedAt: number }[] {
  const { order } = evidence as { order?: OrderedHandoff };
  return order === undefined ? [] : [{ order, askedAt: createdAt }];
}
