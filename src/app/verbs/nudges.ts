import { setTimeout as sleep } from 'node:timers/promises';
import { byteLength, Fault, hour, second } from '#base';
import { getNudge, listNudges, type Nudge, queueNudgeRow } from '#mail';
import { findLiveSession, isIdle, judgeState, type Session } from '#sessions';
import { hintStart, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import { takesPrompts } from '../duties/takes-prompts.ts';
import { wakeDaemon } from '../reach-daemon.ts';
import { agentOf } from './places.ts';

export type NudgeVerbs = ReturnType<typeof nudgeVerbs>;

/** What became of a nudge so far. `waits`: for what, in words. */
export interface NudgeOutcome {
  readonly nudge: Nudge;
  readonly agent: string;
  readonly kind: 'delivered' | 'waits';
  readonly waits: string | undefined;
}

/** A nudge is about now: what could not be brought by then is told as that. */
const expiresMs = hour;
const textBytesMax = 4096;
/** An idle session takes it within this; a busy one takes it along at its turn's end, which is not waited for. */
const lookedForMs = 8 * second;
const lookMs = 50;

/** Nudges: lines that reach a live session now, or at its next boundary. */
export function nudgeVerbs(deps: Deps) {
  return {
    send: (request: { to: string; text: string }) => sendNudge(deps, request),
    list: async ({ agent, limit }: { agent: string; limit: number }) =>
      listNudges(deps.store.db, { agent: (await agentOf(deps.store.db, deps, agent)).address, limit }),
  };
}

/** Queues a line for an agent's live session and looks for a moment whether it arrived. Faults: `not-found` without a session, `invalid` text. */
async function sendNudge(deps: Deps, { to, text }: { to: string; text: string }): Promise<NudgeOutcome> {
  const { store, chance, by } = deps;
  refuseUnfit(text);
  const named = await agentOf(store.db, deps, to);
  const agent = named.address;
  const session = await findLiveSession(store.db, agent);
  if (session === undefined)
    throw new Fault('not-found', `"${agent}" has no live session that could be nudged`, {
      hint: `\`baton mail send ${agent} -s SUBJECT -m TEXT\` waits for its next one; ${hintStart(named)}`,
    });
  if (!takesPrompts(deps, session))
    throw new Fault('unsupported', `${agent} is played by Baton in code: nobody reads there`, { hint: `\`baton attach ${agent}\` shows what it does` });
  const { nudge } = await store.change({ ...by, point: 'nudge.send' }, async (tx, at) =>
    queueNudgeRow(tx, at, { agent, reason: 'person', body: text, expiresAt: at + expiresMs, chance, by }),
  );
  await wakeDaemon(deps);
  const isStopped = (await readEstop(store.db)) !== undefined;
  const seen = isIdle(session) && !isStopped ? await lookFor(deps, nudge.id) : await getNudge(store.db, nudge.id);
  const isDelivered = seen.deliveredAt !== null;
  return { nudge: seen, agent, kind: isDelivered ? 'delivered' : 'waits', waits: isDelivered ? undefined : describeWait(session, isStopped) };
}

/** What would play with a terminal is refused rather than changed. */
function refuseUnfit(text: string): void {
  if (/[^\P{Cc}\n\t]/u.test(text)) throw new Fault('invalid', 'the nudge holds control characters', { hint: 'give it as plain text' });
  if (byteLength(text) > textBytesMax)
    throw new Fault('invalid', `the nudge has ${byteLength(text)} bytes; ${textBytesMax} is the most`, { hint: 'send it as mail: `baton mail send`' });
}

async function lookFor(deps: Deps, id: string): Promise<Nudge> {
  const deadline = deps.clock.monotonic() + lookedForMs;
  for (;;) {
    const nudge = await getNudge(deps.store.db, id);
    if (nudge.deliveredAt !== null || nudge.droppedAt !== null || deps.clock.monotonic() > deadline) return nudge;
    await sleep(lookMs);
  }
}

function describeWait(session: Session, isStopped: boolean): string {
  if (isStopped) return 'the town is stopped: `baton thaw` lets it go on';
  return isIdle(session) ? 'its prompt is not empty, or cannot be read' : `it is ${judgeState(session)}: the end of its turn takes it along`;
}
