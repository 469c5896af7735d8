import { refuseClosedRig } from '#dispatch';
import { addRig, getRig, listAgents, listRigs, publishRig, type RigToAdd, removeRig, showRig, syncRig } from '#town';
import type { Agent } from '#town/model';
import type { Deps } from '../deps.ts';
import { bind, bindRead } from './bind.ts';
import { changeRigs } from './park-rigs.ts';
import { restartAgents, type StartWish, startAgents } from './start-agents.ts';
import { type StopWish, stopAgents } from './stop-agents.ts';
import { groupForStop, listWhoShouldRun } from './who-runs.ts';

export type RigVerbs = ReturnType<typeof rigVerbs>;

/** Rigs. A path is meant from where the call is made. */
export function rigVerbs(deps: Deps) {
  return {
    add: (request: Omit<RigToAdd, 'cwd'>) => addRig(deps, { ...request, cwd: deps.cwd }),
    list: bindRead(deps, listRigs),
    show: bind(deps, showRig),
    sync: bind(deps, syncRig),
    publish: bind(deps, publishRig),
    remove: bind(deps, removeRig),
    /** Parks, docks, opens. */
    change: bind(deps, changeRigs),
    /** All agents of a rig that should run, at once. Fault `conflict` where it is parked or docked. */
    start: async (name: string, wish: StartWish) => startAgents(deps, await listRigAgents(deps, name), wish),
    restart: async (name: string, wish: StartWish) => restartAgents(deps, await listRigAgents(deps, name), wish),
    stop: async (name: string, wish: StopWish) => {
      const outcomes = [];
      for (const group of groupForStop(await listAgents(deps.store.db, { rig: (await getRig(deps.store.db, name)).name })))
        outcomes.push(...(await stopAgents(deps, group, wish)));
      return outcomes.filter(({ kind }) => kind === 'stopped');
    },
  };
}

async function listRigAgents(deps: Deps, text: string): Promise<Agent[]> {
  const { name } = await getRig(deps.store.db, text);
  await refuseClosedRig(deps.store.db, name);
  return listWhoShouldRun(deps, { rig: name });
}
