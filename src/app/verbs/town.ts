import { auditTown } from '../audit.ts';
import type { Deps } from '../deps.ts';
import { examine } from '../examine.ts';
import { readAgentStatuses, readStatus } from '../read-status.ts';
import { bringDown } from './bring-down.ts';
import { bringUp } from './bring-up.ts';
import { rigOf } from './places.ts';
import type { StopWish } from './stop-agents.ts';

export type TownVerbs = ReturnType<typeof townVerbs>;

/** The town as a whole. */
export function townVerbs(deps: Deps) {
  return {
    root: deps.root,
    status: () => readStatus(deps),
    agents: async ({ rig }: { rig?: string | undefined }) => readAgentStatuses(deps, { rig: (await rigOf(deps.store.db, rig))?.name }),
    up: (request: { isDetached: boolean }) => bringUp(deps, request),
    down: (wish: Pick<StopWish, 'isAtOnce' | 'tell'> = {}) => bringDown(deps, wish),
    examine: (request: { fix: boolean }) => examine(deps, request),
    audit: () => auditTown(deps),
  };
}
