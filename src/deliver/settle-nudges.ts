import { second } from '#base';
import type { Settings } from '#config';
import { consumeNudgeRows, deliverNudgeRows, listOpenNudges, markNudge, missNudgeRows, type Nudge, renderNudge } from '#mail';
import { findRuntime } from '#runtimes';
import { getSession, type Session } from '#sessions';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { readAddress } from '#town/model';
import { findTexts } from '#transcripts';
import { judgeOffer, type Moment, type OfferFacts } from './rules.ts';

export interface SettleDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly by: Writer;
}

/**
 * What a session reports, at which it is looked whether what was brought to its agent arrived. At its start only what earlier sessions of the agent were
 * brought is looked at. `prompt`: what its turn begins with; undefined where its program does not tell.
 */
export type SettleSignal =
  | { readonly kind: 'start' }
  | { readonly kind: 'prompt'; readonly prompt: string | undefined }
  | { readonly kind: 'stop'; readonly isContinued: boolean };

/**
 * Settles what was brought to an agent, at a signal of its session: a turn that begins with a nudge's mark, or goes on with it, has received it; what
 * can't come any more waits again in its old place, and the journal tells it. Cheap where nothing is open.
 */
export async function settleNudges(deps: SettleDeps, session: Session, signal: SettleSignal): Promise<void> {
  const { db } = deps.store;
  const open = await listOpenNudges(db, { agent: session.agent });
  if (open.length === 0) return;
  const now = deps.store.clock.now();
  const judged = await Promise.all(
    open.map(async (nudge): Promise<Judged | undefined> => {
      const holder = holderOf(nudge);
      if (holder !== session.id) return judge('over', nudge, factsOf(deps, nudge, now), await lookInTranscript(deps, db, nudge));
      if (signal.kind === 'start') return undefined;
      const isInPrompt = signal.kind === 'prompt' && signal.prompt !== undefined ? signal.prompt.includes(markNudge(nudge)) : undefined;
      const facts = { ...factsOf(deps, nudge, now), isInPrompt, isContinued: signal.kind === 'stop' && signal.isContinued };
      return judge(signal.kind, nudge, facts, await lookInTranscript(deps, db, nudge, session), signal.kind === 'prompt' ? signal.prompt : undefined);
    }),
  );
  await settle(deps, session.agent, judged);
}

/** What the daemon settles in a round for the nudges of an agent: the same rule, where no signal told. */
export async function settleInRound(
  deps: SettleDeps,
  { agent, open, isResting }: { agent: string; open: readonly Nudge[]; isResting: (session: Session, nudge: Nudge) => Promise<boolean | undefined> },
): Promise<void> {
  const { db } = deps.store;
  const now = deps.store.clock.now();
  const judged: (Judged | undefined)[] = [];
  for (const nudge of open) {
    const session = await getSession(db, holderOf(nudge));
    const moment = session.endedAt === undefined ? 'round' : 'over';
    const facts = factsOf(deps, nudge, now);
    // Until then a signal of its own tells; and only a turn receives what a prime told.
    if (moment === 'round' && (facts.ageMs < facts.receiptMs || (nudge.channel === 'start' && facts.isDelivered))) continue;
    const seen = { ...facts, isResting: moment === 'over' ? undefined : await isResting(session, nudge) };
    judged.push(judge(moment, nudge, seen, await lookInTranscript(deps, db, nudge, session)));
  }
  await settle(deps, agent, judged);
}

interface Judged {
  readonly nudge: Nudge;
  readonly answer: 'received' | 'missed';
  readonly why: string;
  readonly isAltered: boolean;
}

function judge(moment: Moment, nudge: Nudge, facts: OfferFacts, isInTranscript: boolean | undefined, prompt?: string): Judged | undefined {
  const answer = judgeOffer(moment, { ...facts, isInTranscript });
  if (answer === 'open') return undefined;
  const isAltered = facts.isInPrompt === true && prompt !== undefined && !prompt.includes(renderNudge(nudge).trimEnd());
  return { nudge, answer, isAltered, why: moment === 'over' ? `its session ended before a turn began with it` : whyMissed[nudge.channel ?? 'keys'] };
}

const whyMissed = {
  keys: 'it was typed, and no turn began with it',
  stop: 'the turn did not go on with it',
  prompt: 'the answer to the prompt signal was not written out',
  start: 'the prime was not written out',
  step: 'the answer was not written out',
} as const;

function holderOf({ deliveredSession, offeredSession }: Nudge): string {
  return deliveredSession ?? offeredSession ?? '';
}

function factsOf({ settings }: SettleDeps, { agent, channel, deliveredAt, offeredAt }: Nudge, now: number): OfferFacts {
  return {
    channel: channel ?? 'keys',
    isDelivered: deliveredAt !== null,
    ageMs: now - Math.max(deliveredAt ?? 0, offeredAt ?? 0),
    receiptMs: settings.get('deliver.receipt_s', { rig: readAddress(agent)?.rig }) * second,
    isInPrompt: undefined,
    isInTranscript: undefined,
    isContinued: false,
    isResting: undefined,
  };
}

/** A database can't be looked through so: a text may lie in it in pieces. */
async function lookInTranscript({ settings }: SettleDeps, reader: Reader, nudge: Nudge, known?: Session): Promise<boolean | undefined> {
  const session = known ?? (await getSession(reader, holderOf(nudge)));
  if (session.transcript === undefined) return undefined;
  const runtime = findRuntime(session.runtime, settings, { rig: readAddress(session.agent)?.rig });
  if (runtime?.transcript.kind !== 'lines') return undefined;
  return findTexts(session.transcript, [markNudge(nudge)])?.has(markNudge(nudge));
}

async function settle({ store, by }: SettleDeps, agent: string, judged: readonly (Judged | undefined)[]): Promise<void> {
  const settled = judged.filter((each) => each !== undefined);
  if (settled.length === 0) return;
  await store.change({ ...by, point: 'nudge.settle' }, async (tx, at) => {
    const events: NewEvent[] = [];
    const received = settled.filter(({ answer }) => answer === 'received').map(({ nudge }) => nudge);
    for (const [session, nudges] of Map.groupBy(received, holderOf)) events.push(...(await receiveRows(tx, at, { agent, session, nudges })));
    const altered = settled.filter(({ isAltered }) => isAltered).map(({ nudge }) => nudge.id);
    if (altered.length > 0) events.push({ type: 'nudge_altered', agent, payload: { nudges: altered } });
    const missed = settled.filter(({ answer }) => answer === 'missed');
    for (const [why, each] of Map.groupBy(missed, (one) => one.why))
      events.push(...(await missNudgeRows(tx, at, { agent, nudges: each.map(({ nudge }) => nudge.id), why })));
    return { answer: undefined, events };
  });
}

/** What was only offered is delivered by the same sight. */
async function receiveRows(tx: Tx, at: number, about: { agent: string; session: string; nudges: readonly Nudge[] }): Promise<NewEvent[]> {
  const { agent, session, nudges } = about;
  const events: NewEvent[] = [];
  const offered = nudges.filter(({ deliveredAt }) => deliveredAt === null);
  for (const [channel, each] of Map.groupBy(offered, (nudge) => nudge.channel ?? 'keys'))
    events.push(...(await deliverNudgeRows(tx, at, { nudges: each.map(({ id }) => id), session, agent, channel })));
  events.push(...(await consumeNudgeRows(tx, at, { session, agent, nudges: nudges.map(({ id }) => id) })));
  return events;
}
