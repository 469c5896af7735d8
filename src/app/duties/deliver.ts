import { describeError, second } from '#base';
import { bringNudges, canBeTyped, sendUnsent, settleInRound, takeStock } from '#deliver';
import { listOpenNudges, markNudge, type Nudge } from '#mail';
import { findRuntime, type Runtime } from '#runtimes';
import { findLiveSession, type Session, seesRest } from '#sessions';
import type { Tmux } from '#tmux';
import { readEstop } from '#town';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

/** Whoever queues a nudge wakes the daemon; this is for those that could not be brought at once. */
const roundMs = 2 * second;

type Daemon = Deps & { readonly tmux: Tmux; readonly tell: (line: string) => void; readonly by: { readonly actor: string } };

interface Parts {
  readonly daemon: Daemon;
  readonly rests: ReturnType<typeof makeRests>;
}

/**
 * Brings waiting nudges to the sessions that sit idle at their prompts, and looks after those that were typed or told until a turn is seen to begin with
 * them; busy sessions take theirs along with their next signal.
 */
export function deliver(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void }): Duty {
  const daemon = { ...deps, ...parts, by: { actor: 'daemon' } };
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  return {
    name: 'deliver',
    round: async () => {
      const waiting = await takeStock(daemon);
      const open = Map.groupBy(await listOpenNudges(deps.store.db), (nudge) => nudge.agent);
      const agents = new Set([...waiting.keys(), ...open.keys()]);
      if (agents.size === 0 || (await readEstop(deps.store.db)) !== undefined) return roundMs;
      for (const agent of agents) {
        if (busy.has(agent)) continue;
        const attended = attend({ daemon, rests }, agent, open.get(agent) ?? [], waiting.get(agent) ?? []);
        busy.set(
          agent,
          attended.finally(() => busy.delete(agent)),
        );
      }
      return roundMs;
    },
    drain: async () => {
      await Promise.allSettled(busy.values());
    },
  };
}

/** One agent's nudges: those that are on their way first, then those that wait, unless somebody is still owed an answer. */
async function attend(parts: Parts, agent: string, open: readonly Nudge[], waiting: readonly Nudge[]): Promise<void> {
  const { daemon, rests } = parts;
  try {
    if (open.length > 0) await lookAfter(daemon, agent, open);
    if (open.every(({ deliveredAt }) => deliveredAt !== null) && waiting.length > 0 && !rests.isResting(agent)) await bring(parts, agent, waiting);
  } catch (error) {
    rests.rest(agent);
    daemon.tell(`${agent}: a nudge could not be brought: ${describeError(error)}`);
  }
}

/** What was typed or told and is not known to have arrived. */
async function lookAfter(daemon: Daemon, agent: string, open: readonly Nudge[]): Promise<void> {
  const session = await findLiveSession(daemon.store.db, agent);
  const runtime = session === undefined ? undefined : runtimeOf(daemon, session);
  if (session !== undefined && session.host !== daemon.host.id) return;
  if (session !== undefined && runtime !== undefined && canBeTyped(session) && (await sendUnsent(daemon, { session, runtime, nudges: open }))) return;
  await settleInRound(daemon, { agent, open, isResting: (one, nudge) => isResting(daemon, one, nudge) });
}

async function bring({ daemon, rests }: Parts, agent: string, nudges: readonly Nudge[]): Promise<void> {
  const session = await findLiveSession(daemon.store.db, agent);
  const runtime = session === undefined ? undefined : runtimeOf(daemon, session);
  if (session === undefined || runtime === undefined || session.host !== daemon.host.id || !canBeTyped(session)) return;
  const answer = await bringNudges(daemon, { session, runtime, nudges });
  // Somebody types, reads or answers there, or it came to nothing before: it is looked at again, less and less often.
  if (answer.kind === 'brought' && nudges.every(({ missCount }) => missCount === 0)) rests.clear(agent);
  else rests.rest(agent);
}

/** Whether a session's program is seen to rest without the nudge in its prompt; undefined where nobody can see it. */
async function isResting(daemon: Daemon, session: Session, nudge: Nudge): Promise<boolean | undefined> {
  const runtime = runtimeOf(daemon, session);
  if (session.host !== daemon.host.id || session.paneId === undefined || runtime?.readScreen === undefined) return undefined;
  return canBeTyped(session) && (await seesRest(daemon, { paneId: session.paneId, runtime, mark: markNudge(nudge) }));
}

function runtimeOf({ settings }: Daemon, session: Session): Runtime | undefined {
  return findRuntime(session.runtime, settings, { rig: readAddress(session.agent)?.rig });
}
