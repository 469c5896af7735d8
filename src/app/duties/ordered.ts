import { describeError, second } from '#base';
import { readMassDeath } from '#sessions';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';
import { handOffAsOrdered, listOrderedHandoffs } from '../ordered-handoff.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

const roundMs = 5 * second;
/** Whoever ordered it hands over itself once the answer is there; longer than that takes. */
const graceMs = 5 * second;

/** Hands over who was asked for a document for a handoff that somebody ordered, and who was killed before it was carried out: the order stands (O1). */
export function ordered(deps: Deps, tell: (line: string) => void): Duty {
  const { store, settings, clock } = deps;
  const rests = makeRests(deps);
  return {
    name: 'ordered',
    round: async () => {
      if ((await readMassDeath(store.db)) !== undefined) return roundMs;
      const isOver = (agent: string, askedAt: number) => askedAt + askMsOf(agent) + graceMs <= clock.now();
      const askMsOf = (agent: string) => settings.get('handoff.ask_s', { rig: readAddress(agent)?.rig }) * second;
      for (const { order, askedAt } of await listOrderedHandoffs(store.db, { now: clock.now() })) {
        if (rests.isResting(order.session) || !isOver(order.agent, askedAt)) continue;
        try {
          const answer = await handOffAsOrdered(deps, order);
          if (answer.kind === 'handed-off') tell(`${order.agent}: handed off by the daemon (${order.reason})`);
          rests.clear(order.session);
        } catch (error) {
          rests.rest(order.session);
          tell(`${order.agent}: it could not be handed off as ${order.by} ordered: ${describeError(error)}`);
        }
      }
      return roundMs;
    },
  };
}
