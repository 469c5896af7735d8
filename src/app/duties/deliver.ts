import { describeError, second } from '#base';
import { bringNudges, canBeTyped, sendUnsent, settleInRound, takeStock } from '#deliver';
import { listOpenNudges, markNudge, type Nudge } from '#mail';
import { findRuntime } from '#runtimes';
import { findLiveSession, type Session, seesRest } from '#sessions';
import type { Tmux } from '#tmux';
import { readEstop } from '#town';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

/** Whoever queues a nudge wakes the daemon; this is for those that could not be brought at once. */
const roundMs = 2 * second;

/**
 * Brings waiting nudges to the sessions that sit idle at their prompts, and looks after those that were typed or told until a turn is seen to begin with
 * them; busy sessions take theirs along with their next signal.
 */
export function deliver(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void }): Duty {
  const daemon = { ...deps, ...parts, by: { actor: 'daemon' } };
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  const runtimeOf = (session: Session) => findRuntime(session.runtime, deps.settings, { rig: readAddress(session.agent)?.rig });
  const isResting = async (session: Session, nudge: Nudge) => {
    const runtime = runtimeOf(session);
    if (session.host !== deps.host.id || session.paneId === undefined || runtime?.readScreen === undefined) return undefined;
    return canBeTyped(session) && (await seesRest(daemon, { paneId: session.paneId, runtime, mark: markNudge(nudge) }));
  };
  const lookAfter = async (agent: string, open: readonly Nudge[]) => {
    const session = await findLiveSession(deps.store.db, agent);
    const runtime = session === undefined ? undefined : runtimeOf(session);
    if (session !== undefined && session.host !== deps.host.id) return;
    if (session !== undefined && runtime !== undefined && canBeTyped(session) && (await sendUnsent(daemon, { session, runtime, nudges: open }))) return;
    await settleInRound(daemon, { agent, open, isResting });
  };
  const bring = async (agent: string, nudges: readonly Nudge[]) => {
    const session = await findLiveSession(deps.store.db, agent);
    const runtime = session === undefined ? undefined : runtimeOf(session);
    if (session === undefined || runtime === undefined || session.host !== deps.host.id || !canBeTyped(session)) return;
    const answer = await bringNudges(daemon, { session, runtime, nudges });
    // Somebody types, reads or answers there, or it came to nothing before: it is looked at again, less and less often.
    if (answer.kind === 'brought' && nudges.every(({ missCount }) => missCount === 0)) rests.clear(agent);
    else rests.rest(agent);
  };
  const attend = async (agent: string, open: readonly Nudge[], waiting: readonly Nudge[]) => {
    try {
      if (open.length > 0) await lookAfter(agent, open);
      if (open.every(({ deliveredAt }) => deliveredAt !== null) && waiting.length > 0 && !rests.isResting(agent)) await bring(agent, waiting);
    } catch (error) {
      rests.rest(agent);
      parts.tell(`${agent}: a nudge could not be brought: ${describeError(error)}`);
    }
  };
  return {
    name: 'deliver',
    round: async () => {
      const waiting = await takeStock(daemon);
      const open = Map.groupBy(await listOpenNudges(deps.store.db), (nudge) => nudge.agent);
      const agents = new Set([...waiting.keys(), ...open.keys()]);
      if (agents.size === 0 || (await readEstop(deps.store.db)) !== undefined) return roundMs;
      for (const agent of agents) {
        if (busy.has(agent)) continue;
        const attended = attend(agent, open.get(agent) ?? [], waiting.get(agent) ?? []);
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
