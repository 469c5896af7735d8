import { describeError, second } from '#base';
import { bringNudges, canBeTyped, takeStock } from '#deliver';
import type { Nudge } from '#mail';
import { getRuntime } from '#runtimes';
import { findLiveSession } from '#sessions';
import type { Tmux } from '#tmux';
import { getAgent, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

/** Whoever queues a nudge wakes the daemon; this is for those that could not be brought at once. */
const roundMs = 2 * second;

/** Brings waiting nudges to the sessions that sit idle at their prompts; the others take theirs along with their next signal. */
export function deliver(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void }): Duty {
  const daemon = { ...deps, ...parts, by: { actor: 'daemon' } };
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  const bring = async (address: string, nudges: readonly Nudge[]) => {
    try {
      const session = await findLiveSession(deps.store.db, address);
      if (session === undefined || session.host !== deps.host.id || !canBeTyped(session)) return;
      const agent = await getAgent(deps.store.db, address);
      const runtime = getRuntime(session.runtime, deps.settings, { rig: agent.rig });
      const answer = await bringNudges(daemon, { session, runtime, nudges });
      // Somebody types, reads or answers there: it is looked at again, less and less often.
      if (answer.kind === 'brought') rests.clear(address);
      else rests.rest(address);
    } catch (error) {
      rests.rest(address);
      parts.tell(`${address}: a nudge could not be brought: ${describeError(error)}`);
    }
  };
  return {
    name: 'deliver',
    round: async () => {
      const waiting = await takeStock(daemon);
      if (waiting.size === 0 || (await readEstop(deps.store.db)) !== undefined) return roundMs;
      for (const [address, nudges] of waiting)
        if (!busy.has(address) && !rests.isResting(address))
          busy.set(
            address,
            bring(address, nudges).finally(() => busy.delete(address)),
          );
      return roundMs;
    },
    drain: async () => {
      await Promise.allSettled(busy.values());
    },
  };
}
