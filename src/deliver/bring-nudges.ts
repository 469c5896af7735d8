import type { Clock } from '#base';
import { consumeNudgeRows, deliverNudgeRows, dropNudgeRows, joinNudges, listExpiredNudges, listWaitingNudges, type Nudge } from '#mail';
import type { Runtime } from '#runtimes';
import { isIdle, type NudgeAnswer, type Session, typeNudge } from '#sessions';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import type { Tmux } from '#tmux';

export interface DeliverDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly tmux: Tmux;
  readonly by: Writer;
}

/** Whom nudges wait for, and the program that is to get them. */
export interface DeliverRequest {
  readonly session: Session;
  readonly runtime: Runtime;
  readonly nudges: readonly Nudge[];
}

/** `brought` says how many; the rest says why none were, and they wait. */
export type DeliverAnswer =
  | { readonly kind: 'brought'; readonly count: number }
  | { readonly kind: 'unseen' }
  | { readonly kind: Exclude<NudgeAnswer, 'typed'> };

/** Whether a session's program sits at its prompt, as its signals say, and may be spoken to by typing. */
export function canBeTyped(session: Session): boolean {
  return isIdle(session) && session.condition?.kind !== 'waiting';
}

/**
 * Types the nudges that wait for an idle session into its empty prompt, as one text, and records them as delivered when it was seen to be sent. For
 * the daemon alone (O1). A daemon that is killed between the two brings them twice rather than never. `unseen`: nobody can read the runtime's screen.
 */
export async function bringNudges(deps: DeliverDeps, { session, runtime, nudges }: DeliverRequest): Promise<DeliverAnswer> {
  const { paneId } = session;
  if (paneId === undefined || runtime.readScreen === undefined) return { kind: 'unseen' };
  const { text, taken } = joinNudges(nudges);
  const answer = await typeNudge(deps, { paneId, runtime, text });
  if (answer !== 'typed') return { kind: answer };
  const about = { session: session.id, agent: session.agent };
  await deps.store.change({ ...deps.by, point: 'nudge.deliver' }, async (tx, at) => {
    const events = await deliverNudgeRows(tx, at, { ...about, nudges: taken.map(({ id }) => id), channel: 'keys' });
    // Its turn may have begun before this was written down.
    if (await hasNewTurn(tx, session)) events.push(...(await consumeNudgeRows(tx, at, about)));
    return { answer: undefined, events };
  });
  return { kind: 'brought', count: taken.length };
}

async function hasNewTurn(reader: Reader, { id, turnAt }: Session): Promise<boolean> {
  const row = await reader.selectFrom('sessions').select('turn_at').where('id', '=', id).executeTakeFirst();
  return row !== undefined && row.turn_at !== (turnAt ?? null);
}

/** The nudges that wait now, by their agent, oldest first; those whose time is over are dropped, and told. */
export async function takeStock({ store, clock, by }: Pick<DeliverDeps, 'store' | 'clock' | 'by'>): Promise<Map<string, Nudge[]>> {
  const now = clock.now();
  for (const [agent, expired] of Map.groupBy(await listExpiredNudges(store.db, { now }), (nudge) => nudge.agent)) {
    const nudges = expired.map(({ id }) => id);
    await store.change({ ...by, point: 'nudge.expire' }, async (tx, at) => ({
      answer: undefined,
      events: await dropNudgeRows(tx, at, { nudges, agent, why: 'its time was over before its agent could take it' }),
    }));
  }
  return Map.groupBy(await listWaitingNudges(store.db, { now }), (nudge) => nudge.agent);
}
