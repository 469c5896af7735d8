import { ackEscalation, closeEscalation, escalate, listEscalations, type NewEscalation } from '#mail';
import { getBead, readHook } from '#work';
import type { Deps } from '../deps.ts';
import { bind, bindRead } from './bind.ts';
import { agentHere, agentOf } from './places.ts';

export type EscalationVerbs = ReturnType<typeof escalationVerbs>;

/** Who may be asked to decide; the witness is the one of the caller's rig. */
export type EscalationTarget = 'human' | 'mayor' | 'witness';

/** Calls for a decision or help. Without a bead, they are about the one on the caller's hook. */
export function escalationVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    send: async ({
      to,
      bead,
      incident,
      ...request
    }: Pick<NewEscalation, 'text' | 'severity' | 'incident'> & { to: EscalationTarget; bead?: string | undefined }) => {
      const agent = await agentHere(db, deps);
      const about = bead === undefined ? (await readHook(db, agent.address)).bead : await getBead(db, bead);
      const target = to === 'human' ? to : (await agentOf(db, deps, to)).address;
      // Its own names: Baton's incidents, such as an open breaker, are none of a caller's.
      const named = incident === undefined ? undefined : `by:${agent.address}:${incident}`;
      return escalate(deps, { ...request, target, incident: named, agent: agent.address, ...(about === undefined ? {} : { bead: about.id }) });
    },
    list: bindRead(deps, listEscalations),
    ack: bind(deps, ackEscalation),
    close: bind(deps, closeEscalation),
  };
}
