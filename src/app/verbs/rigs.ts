import { addRig, listRigs, publishRig, type RigToAdd, removeRig, showRig, syncRig } from '#town';
import type { Deps } from '../deps.ts';
import { bind, bindRead } from './bind.ts';

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
  };
}
