import { consumeNudgeRows, deliverNudgeRows, joinNudges, listOpenNudges, listWaitingNudges, offerNudgeRows } from '#mail';
import type { Store } from '#store';
import type { Writer } from '#store/model';

interface TakeDeps {
  readonly store: Store;
  readonly by: Writer;
}

/** A signal of a session whose answer can take nudges along: a turn begins, or has ended. */
export interface TakeRequest {
  readonly session: string;
  readonly agent: string;
  readonly channel: 'prompt' | 'stop';
}

/** Text for the answer to a signal; empty where nothing comes along. `written` is to be called when the answer was written out, and only then. */
export interface Taken {
  readonly text: string;
  readonly written: () => Promise<void>;
}

const nothing: Taken = { text: '', written: async () => {} };

/**
 * Gives a session the nudges that wait for it, for the answer to its signal. They are offered until that is written out: who dies before loses none.
 * The turn that begins has then received them; one that ended has when it is seen to go on. Nothing is taken while an earlier nudge is still on its
 * way, since it would be overtaken.
 */
export async function takeNudges({ store, by }: TakeDeps, { session, agent, channel }: TakeRequest): Promise<Taken> {
  const now = store.clock.now();
  if ((await listWaitingNudges(store.db, { agent, now })).length === 0) return nothing;
  const taken = await store.change({ ...by, point: 'nudge.take' }, async (tx, at) => {
    if ((await listOpenNudges(tx, { agent })).some((nudge) => nudge.deliveredAt === null)) return { answer: [], events: [] };
    const joined = joinNudges(await listWaitingNudges(tx, { agent, now: at }));
    const { events } = await offerNudgeRows(tx, at, { nudges: joined.taken.map(({ id }) => id), session, agent, channel });
    return { answer: joined.taken, events };
  });
  if (taken.length === 0) return nothing;
  const nudges = taken.map(({ id }) => id);
  return { text: joinNudges(taken).text, written: () => confirmNudges({ store, by }, { session, agent, channel, nudges, isInTurn: channel === 'prompt' }) };
}

/** Nudges that an answer carries; `isInTurn`: the turn that begins with it has received them. */
export interface Written {
  readonly session: string;
  readonly agent: string;
  readonly channel: 'start' | 'prompt' | 'stop';
  readonly nudges: readonly string[];
  readonly isInTurn: boolean;
}

/** The answer that carries these was written out. With a prompt's answer its turn begins; with a prime the next one does; a stop's answer is yet to be obeyed. */
export async function confirmNudges({ store, by }: TakeDeps, { nudges, channel, isInTurn, ...about }: Written): Promise<void> {
  if (nudges.length === 0) return;
  await store.change({ ...by, point: 'nudge.written' }, async (tx, at) => {
    const events = await deliverNudgeRows(tx, at, { ...about, nudges, channel });
    if (isInTurn) events.push(...(await consumeNudgeRows(tx, at, { ...about, nudges })));
    return { answer: undefined, events };
  });
}
