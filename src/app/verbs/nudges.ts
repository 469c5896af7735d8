import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, hour, second } from '#base';
import { findNudge, getNudge, judgeNudge, listNudges, type Nudge, type NudgeState, queueNudgeRow, readNudgeText } from '#mail';
import { findLiveSession, isIdle, judgeState, type Session } from '#sessions';
import { getRig, hintStart, listAgents, readEstop } from '#town';
import type { Agent } from '#town/model';
import type { Deps } from '../deps.ts';
import { takesPrompts } from '../duties/takes-prompts.ts';
import { wakeDaemon } from '../reach-daemon.ts';
import { agentOf } from './places.ts';

export type NudgeVerbs = ReturnType<typeof nudgeVerbs>;

/** What became of a nudge so far. `waits`: for what, in words, while it did not arrive. */
export interface NudgeOutcome {
  readonly nudge: Nudge;
  readonly agent: string;
  readonly kind: 'delivered' | 'waits';
  readonly waits: string | undefined;
}

/** A nudge with its state in one word, and why it is where it is. */
export interface NudgeStatus extends Nudge {
  readonly state: NudgeState;
  readonly why: string;
}

/** Who was nudged, and who was not, because nobody lives or reads there. */
export interface Broadcast {
  readonly nudged: readonly { readonly agent: string; readonly nudge: string }[];
  readonly passedBy: readonly { readonly agent: string; readonly why: string }[];
}

/** A nudge is about now: what could not be brought by then is told as that. */
const expiresMs = hour;
/** An idle session takes it within this; a busy one takes it along at its turn's end, which is not waited for. */
const lookedForMs = 8 * second;
const lookMs = 50;

/** Nudges: lines that reach a live session now, or at its next boundary. */
export function nudgeVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    send: (request: { to: string; text: string; expiresMs?: number | undefined }) => sendNudge(deps, request),
    list: async ({ agent, from, isOpenOnly, limit }: ListWish): Promise<NudgeStatus[]> => {
      const address = agent === undefined ? undefined : (await agentOf(db, deps, agent)).address;
      const sender = from === undefined ? undefined : (await agentOf(db, deps, from)).address;
      return (await listNudges(db, { agent: address, sender, isOpenOnly, limit })).map(tellStatus);
    },
    show: async (id: string): Promise<NudgeStatus> => tellStatus(await findNudge(db, id)),
    broadcast: (request: BroadcastWish) => broadcast(deps, request),
  };
}

interface ListWish {
  readonly agent?: string | undefined;
  readonly from?: string | undefined;
  readonly isOpenOnly?: boolean;
  readonly limit: number;
}

/** Queues a line for an agent's live session and looks for a moment whether it arrived. Faults: `not-found` without a session, `invalid` text. */
async function sendNudge(deps: Deps, request: { to: string; text: string; expiresMs?: number | undefined }): Promise<NudgeOutcome> {
  const { store } = deps;
  readNudgeText(request.text);
  const named = await agentOf(store.db, deps, request.to);
  const agent = named.address;
  const session = await findLiveSession(store.db, agent);
  if (session === undefined)
    throw new Fault('not-found', `"${agent}" has no live session that could be nudged`, {
      hint: `\`baton mail send ${agent} -s SUBJECT -m TEXT\` waits for its next one; ${hintStart(named)}`,
    });
  if (!takesPrompts(deps, session))
    throw new Fault('unsupported', `${agent} is played by Baton in code: nobody reads there`, { hint: `\`baton attach ${agent}\` shows what it does` });
  const nudge = await queue(deps, { agent, text: request.text, expiresMs: request.expiresMs });
  await wakeDaemon(deps);
  const isStopped = (await readEstop(store.db)) !== undefined;
  const seen = isIdle(session) && !isStopped ? await lookFor(deps, nudge.id) : await getNudge(store.db, nudge.id);
  const isDelivered = seen.deliveredAt !== null;
  return { nudge: seen, agent, kind: isDelivered ? 'delivered' : 'waits', waits: isDelivered ? undefined : describeWait(seen, session, isStopped) };
}

async function queue(
  deps: Deps,
  { agent, text, expiresMs: lifeMs = expiresMs }: { agent: string; text: string; expiresMs?: number | undefined },
): Promise<Nudge> {
  const { store, chance, by } = deps;
  const queued = await store.change({ ...by, point: 'nudge.send' }, async (tx, at) =>
    queueNudgeRow(tx, at, { agent, reason: 'person', body: text, expiresAt: at + lifeMs, chance, by }),
  );
  return queued.nudge;
}

interface BroadcastWish {
  readonly text: string;
  readonly rig?: string | undefined;
  readonly role?: string | undefined;
  readonly isAll: boolean;
}

/**
 * Nudges every live session that somebody reads in: of crew and polecats, of one role, or with `isAll` of every role; in one rig where that is said; never
 * the caller. It waits for none of them. Fault `not-found` where nobody is there.
 */
async function broadcast(deps: Deps, { text, rig, role, isAll }: BroadcastWish): Promise<Broadcast> {
  const { store, by } = deps;
  readNudgeText(text);
  const rigName = rig === undefined ? undefined : (await getRig(store.db, rig)).name;
  const isMeant = (agent: Agent) =>
    agent.role !== 'overseer' && agent.address !== by.actor && (isAll || (role === undefined ? ['crew', 'polecat'].includes(agent.role) : agent.role === role));
  const nudged: { agent: string; nudge: string }[] = [];
  const passedBy: { agent: string; why: string }[] = [];
  for (const agent of (await listAgents(store.db, { rig: rigName })).filter(isMeant)) {
    const session = await findLiveSession(store.db, agent.address);
    if (session === undefined) passedBy.push({ agent: agent.address, why: 'it has no live session' });
    else if (!takesPrompts(deps, session)) passedBy.push({ agent: agent.address, why: 'it is played by Baton in code' });
    else nudged.push({ agent: agent.address, nudge: (await queue(deps, { agent: agent.address, text })).id });
  }
  if (nudged.length === 0)
    throw new Fault('not-found', 'nobody lives who could be nudged', {
      hint: '`baton mail send @all -s SUBJECT` waits for whoever comes',
      details: { passedBy },
    });
  await wakeDaemon(deps);
  return { nudged, passedBy };
}

async function lookFor(deps: Deps, id: string): Promise<Nudge> {
  const deadline = deps.clock.monotonic() + lookedForMs;
  for (;;) {
    const nudge = await getNudge(deps.store.db, id);
    if (nudge.deliveredAt !== null || nudge.droppedAt !== null || deps.clock.monotonic() > deadline) return nudge;
    await sleep(lookMs);
  }
}

function describeWait(nudge: Nudge, session: Session, isStopped: boolean): string {
  if (isStopped) return 'the town is stopped: `baton thaw` lets it go on';
  if (nudge.offeredAt !== null) return 'it was brought, and no turn was seen to begin with it yet';
  return isIdle(session) ? 'its prompt is not empty, or cannot be read' : `it is ${judgeState(session)}: the end of its turn takes it along`;
}

function tellStatus(nudge: Nudge): NudgeStatus {
  return { ...nudge, state: judgeNudge(nudge), why: describeState(nudge) };
}

const channels = {
  start: 'with its prime',
  prompt: 'with a prompt',
  stop: "at its turn's end",
  step: "at a step's end",
  keys: 'typed into its prompt',
} as const;

function describeState(nudge: Nudge): string {
  const how = nudge.channel === null ? '' : channels[nudge.channel];
  switch (judgeNudge(nudge)) {
    case 'accepted':
      return nudge.missedAt === null ? 'it waits for its agent' : `not received (${nudge.missedWhy}); it is brought again`;
    case 'offered':
      return `${how}; not seen to arrive yet`;
    case 'delivered':
      return `${how}; no turn was seen to go on with it yet`;
    case 'consumed':
      return how;
    case 'dropped':
      return nudge.droppedWhy ?? '';
  }
}
