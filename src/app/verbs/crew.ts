import { addCrew, listAgents, removeCrew } from '#town';
import type { Deps } from '../deps.ts';
import { bind } from './bind.ts';
import { rigMeant, rigOf } from './places.ts';

export type CrewVerbs = ReturnType<typeof crewVerbs>;

/** Crew: added, listed and removed; starting and stopping is the same for every agent. */
export function crewVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    add: async ({ name, rig }: { name: string; rig?: string | undefined }) => addCrew(deps, { name, rig: (await rigMeant(db, deps, rig)).name }),
    list: async ({ rig }: { rig?: string | undefined }) => listAgents(db, { role: 'crew', rig: (await rigOf(db, rig))?.name }),
    remove: bind(deps, removeCrew),
  };
}
