import { listAgents } from '#town';
import { type Agent, formatAddress, type Role, rigRoles } from '#town/model';
import type { Deps } from '../deps.ts';
import { forgetPast, parkAgent, unparkAgent } from './park-agent.ts';
import { addressIn, agentHere, agentOf, rigMeant, rigOf } from './places.ts';
import type { StopWish } from './stop-agents.ts';

export type AgentVerbs = ReturnType<typeof agentVerbs>;

/** Agents as the town records them; what plays them is for the sessions. */
export function agentVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    list: async ({ rig, role }: { rig?: string | undefined; role?: Role | undefined }) => listAgents(db, { rig: (await rigOf(db, rig))?.name, role }),
    /** Whom a text means: an address, `<rig>/<name>`, a role, a name or a pane. */
    find: (text: string) => agentOf(db, deps, text),
    /** A polecat or crew member by its name in the rig that is meant; whatever has a slash is an address. */
    findIn: async (wanted: { role: 'crew' | 'polecat'; name: string; rig?: string | undefined }) => agentOf(db, deps, await addressIn(db, deps, wanted)),
    /** Who has a role of which the town, or the rig that is meant, has one. */
    ofRole: async ({ role, rig }: { role: Exclude<Role, 'crew' | 'polecat'>; rig?: string | undefined }) => {
      const isOfRig = (rigRoles as readonly Role[]).includes(role);
      return agentOf(db, deps, formatAddress({ role, rig: isOfRig ? (await rigMeant(db, deps, rig)).name : null, name: role }));
    },
    park: (agent: Agent, wish: Pick<StopWish, 'isAtOnce' | 'tell'> = {}) => parkAgent(deps, agent, wish),
    unpark: (agent: Agent) => unparkAgent(deps, agent),
    reset: (agent: Agent) => forgetPast(deps, agent),
    /** Who calls. */
    here: () => agentHere(db, deps),
  };
}
