import { setUp } from '#dispatch';
import { buildEnvironment } from '#host';
import { addCrew, listAgents, removeCrew } from '#town';
import type { Deps } from '../deps.ts';
import { bind } from './bind.ts';
import { rigMeant, rigOf } from './places.ts';

export type CrewVerbs = ReturnType<typeof crewVerbs>;

/** Crew: added, listed and removed; starting and stopping is the same for every agent. */
export function crewVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    /** Its worktree is prepared by the rig's `setup`, as a polecat's is. */
    add: async ({ name, rig: text }: { name: string; rig?: string | undefined }) => {
      const rig = await rigMeant(db, deps, text);
      const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass', { rig: rig.name }) });
      return addCrew(deps, { name, rig: rig.name }, (dir) => setUp({ ...deps, env }, rig, dir));
    },
    list: async ({ rig }: { rig?: string | undefined }) => listAgents(db, { role: 'crew', rig: (await rigOf(db, rig))?.name }),
    remove: bind(deps, removeCrew),
  };
}
