import { auditTown } from '../audit.ts';
import type { Deps } from '../deps.ts';
import { examine } from '../examine.ts';
import { readAgentStatuses, readStatus } from '../read-status.ts';
import { bringDown } from './bring-down.ts';
import { bringUp } from './bring-up.ts';

import type { StopWish } from './stop-agents.ts';

export type TownVerbs = ReturnType<typeof townVerbs>;

/** The town as a whole. */
export function townVerbs(deps: Deps) {
  return {
    root: deps.root,
    status: () => readStatus(deps),
    agents: (query: { rig?: string | undefined }) => readAgentStatuses(deps, query),
    up: (request: { isDetached: boolean }) => bringUp(deps, request),
    down: (wish: Pick<StopWish, 'isAtOnce' | 'tell'> = {}) => bringDown(deps, wish),
    examine: (request: { fix: boolean }) => examine(deps, request),
    audit: () => auditTown(deps),
  };
}
