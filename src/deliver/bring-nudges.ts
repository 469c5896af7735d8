import { type Chance, type Clock, plural } from '#base';
import type { Settings } from '#config';
import {
  deliverNudgeRows,
  dropNudgeRows,
  joinNudges,
  listExpiredNudges,
  listOpenNudges,
  listWaitingNudges,
  markNudge,
  type NewMail,
  type Nudge,
  offerNudgeRows,
  sendMailRow,
  withdrawNudgeRows,
} from '#mail';
import type { Runtime } from '#runtimes';
import { isIdle, type NudgeAnswer, type Session, sendTyped, typeNudge } from '#sessions';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import type { Tmux } from '#tmux';
import { knock, planTyping } from './rules.ts';

export interface DeliverDeps {
  readonly store: Store;
  readonly settings: Settings;
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

/** `brought` says how many were typed; `overtaken`: others took them meanwhile, or earlier ones are on their way; the rest says why none were, and they wait. */
export type DeliverAnswer =
  | { readonly kind: 'brought'; readonly count: number }
  | { readonly kind: 'unseen' | 'overtaken' }
  | { readonly kind: Exclude<NudgeAnswer, 'typed'> };

/** Whether a session's program sits at its prompt, as its signals say, and may be spoken to by typing. */
export function canBeTyped(session: Session): boolean {
  return isIdle(session) && session.condition?.kind !== 'waiting';
}

/**
 * Types the nudges that wait for an idle session into its empty prompt, as one text. For the daemon alone (O1). They are offered before the first key, so
 * that a daemon which is killed anywhere brings none twice; they are received when the prompt signal brings their marks back. Where the program tells no
 * prompts, that they were seen to be sent is all there is to know. `unseen`: nobody can read the runtime's screen.
 */
export async function bringNudges(deps: DeliverDeps, { session, runtime, nudges }: DeliverRequest): Promise<DeliverAnswer> {
  const { paneId } = session;
  if (paneId === undefined || runtime.readScreen === undefined) return { kind: 'unseen' };
  const { text: joined, taken } = joinNudges(nudges);
  const { text, isKnock } = planTyping(joined, runtime);
  const about = { agent: session.agent, nudges: taken.map(({ id }) => id) };
  let isOffered = false;
  const mayPaste = async () => {
    if (isKnock) return isNext(deps.store.db, { ...about, now: deps.clock.now() });
    isOffered = await offer(deps, session, about.nudges);
    return isOffered;
  };
  const answer = await typeNudge(deps, { paneId, runtime, text, mayPaste });
  if (answer === 'refused') return { kind: 'overtaken' };
  // Nothing of it is lost, so a line of ours that stands unsent needs no more care than that nobody else's does.
  if (answer === 'half-typed' && (await sendTyped(deps, { paneId, runtime, mark: knock, isWhole: true }))) return { kind: 'brought', count: 0 };
  if (answer === 'in-mode' && isOffered) await withdraw(deps, about);
  if (answer !== 'typed') return { kind: answer };
  if (isOffered && !runtime.descriptor.signals.reported.includes('prompt')) await recordTyped(deps, { ...about, session: session.id });
  return { kind: 'brought', count: taken.length };
}

/** True where all of them waited until now, and nothing is on its way that they would overtake. */
async function offer({ store, by }: DeliverDeps, { id, agent }: Session, nudges: readonly string[]): Promise<boolean> {
  return store.change({ ...by, point: 'nudge.offer' }, async (tx, at) => {
    if (!(await isNext(tx, { agent, nudges, now: at }))) return { answer: false, events: [] };
    const { events } = await offerNudgeRows(tx, at, { nudges, session: id, agent, channel: 'keys' });
    return { answer: true, events };
  });
}

async function isNext(reader: Reader, { agent, nudges, now }: { agent: string; nudges: readonly string[]; now: number }): Promise<boolean> {
  const waiting = (await listWaitingNudges(reader, { agent, now })).slice(0, nudges.length).map((nudge) => nudge.id);
  const isFree = (await listOpenNudges(reader, { agent })).every((nudge) => nudge.deliveredAt !== null);
  return isFree && waiting.join() === nudges.join();
}

/** Somebody began to read in the pane's history before the paste: nothing was typed. */
async function withdraw({ store, by }: DeliverDeps, about: { agent: string; nudges: readonly string[] }): Promise<void> {
  await store.change({ ...by, point: 'nudge.withdraw' }, async (tx) => ({
    answer: undefined,
    events: await withdrawNudgeRows(tx, { ...about, why: 'somebody looks at the pane' }),
  }));
}

async function recordTyped({ store, by }: DeliverDeps, about: { agent: string; session: string; nudges: readonly string[] }): Promise<void> {
  await store.change({ ...by, point: 'nudge.deliver' }, async (tx, at) => ({
    answer: undefined,
    events: await deliverNudgeRows(tx, at, { ...about, channel: 'keys' }),
  }));
}

/**
 * Sends what a daemon typed that died before Enter, or that was not obeyed: only where the mark of what was typed stands in the prompt and nobody is
 * attached who may have gone on writing there.
 */
export async function sendUnsent(deps: DeliverDeps, { session, runtime, nudges }: DeliverRequest): Promise<boolean> {
  const typed = nudges.find(({ channel, deliveredAt }) => channel === 'keys' && deliveredAt === null);
  if (typed === undefined || session.paneId === undefined) return false;
  return sendTyped(deps, { paneId: session.paneId, runtime, mark: markNudge(typed), isWhole: false });
}

/** The nudges that wait now, by their agent, in their line's order; those whose time is over are dropped, and told to whoever sent them. */
export async function takeStock({ store, clock, chance, by }: Pick<DeliverDeps, 'store' | 'clock' | 'by'> & { chance: Chance }): Promise<Map<string, Nudge[]>> {
  const now = clock.now();
  for (const [agent, expired] of Map.groupBy(await listExpiredNudges(store.db, { now }), (nudge) => nudge.agent)) {
    const nudges = expired.map(({ id }) => id);
    await store.change({ ...by, point: 'nudge.expire' }, async (tx, at) => {
      const events = await dropNudgeRows(tx, at, { nudges, agent, why: 'its time was over before its agent could take it' });
      for (const nudge of expired.filter(({ reason }) => reason === 'person'))
        events.push(...(await sendMailRow(tx, at, { ...tellExpired(nudge), chance, by })).events);
      return { answer: undefined, events };
    });
  }
  return Map.groupBy(await listWaitingNudges(store.db, { now }), (nudge) => nudge.agent);
}

/** A person's words, or an agent's, are missed by them; what Baton itself says is said again where it still holds. */
function tellExpired({ id, agent, sender, body, missCount }: Nudge): NewMail {
  const tried = missCount > 0 ? `It was brought ${plural(missCount, 'time')}, and no turn began with it.` : 'It found no empty prompt and no end of a turn.';
  return { to: sender, subject: `${agent} did not get your nudge ${id}`, body: `${tried} Its time is over, and it is dropped:\n\n${body}` };
}
