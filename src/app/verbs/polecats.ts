import { admitNuke, type Nuked, nukePolecat, type Pruned, prunePolecats } from '#dispatch';
import type { Agent } from '#town/model';
import type { Deps } from '../deps.ts';
import { addressIn, agentEver, rigOf } from './places.ts';
import { stopAgents } from './stop-agents.ts';

export type PolecatVerbs = ReturnType<typeof polecatVerbs>;

/** Polecats, ended before their time and cleaned up after. */
export function polecatVerbs(deps: Deps) {
  return {
    nuke: (request: { names: readonly string[]; rig?: string | undefined; isForced: boolean }) => nuke(deps, request),
    prune: async ({ rig }: { rig?: string | undefined }): Promise<Pruned> => prunePolecats(deps, { rig: (await rigOf(deps.store.db, rig))?.name }),
  };
}

/** What can be refused is refused before any of them is stopped; then they are stopped at once, and cleared away one after the other. */
async function nuke(deps: Deps, { names, rig, isForced }: { names: readonly string[]; rig?: string | undefined; isForced: boolean }): Promise<Nuked[]> {
  const agents: Agent[] = [];
  for (const name of names) agents.push(await admitNuke(deps, { agent: (await findPolecat(deps, name, rig)).address, isForced }));
  const working = agents.filter(({ retiredAt }) => retiredAt === null);
  if (working.length > 0) await stopAgents(deps, working, { isAtOnce: true });
  const nuked: Nuked[] = [];
  for (const { address } of agents) nuked.push(await nukePolecat(deps, { agent: address, isForced }));
  return nuked;
}

/** A polecat by its address, or its name in the rig that is meant; also one that was nuked halfway. */
async function findPolecat(deps: Deps, name: string, rig: string | undefined): Promise<Agent> {
  const { db } = deps.store;
  return agentEver(db, deps, await addressIn(db, deps, { role: 'polecat', name, rig }));
}
