import {
  addDependency,
  type BeadQuery,
  type BeadUpdate,
  closeBead,
  createBead,
  dropBead,
  listBeads,
  listReadyBeads,
  type NewBead,
  noteBead,
  removeDependency,
  reopenBead,
  searchBeads,
  showBead,
  updateBead,
} from '#work';
import type { Deps } from '../deps.ts';
import { bind, bindRead } from './bind.ts';
import { agentOf, rigHere, rigOf } from './places.ts';

export type BeadVerbs = ReturnType<typeof beadVerbs>;

/** Beads. Rigs and agents are taken as people type them. */
export function beadVerbs(deps: Deps) {
  return {
    /** Without a rig, the one where the call is made; else the town's own. */
    create: async (request: NewBead) => createBead(deps, { ...request, ...(await named(deps, { ...request, rig: request.rig ?? (await hereOrTown(deps)) })) }),
    list: async (query: BeadQuery) => listBeads(deps.store.db, { ...query, ...(await named(deps, query)) }),
    ready: async (query: Pick<BeadQuery, 'rig' | 'limit'>) => listReadyBeads(deps.store.db, { ...query, ...(await named(deps, query)) }),
    update: async (request: BeadUpdate) => updateBead(deps, { ...request, ...(await named(deps, request)) }),
    show: bindRead(deps, showBead),
    close: bind(deps, closeBead),
    reopen: bind(deps, reopenBead),
    drop: bind(deps, dropBead),
    addDependency: bind(deps, addDependency),
    removeDependency: bind(deps, removeDependency),
    note: bind(deps, noteBead),
    search: bindRead(deps, searchBeads),
  };
}

interface Named {
  readonly rig?: string | null | undefined;
  readonly assignee?: string | null | undefined;
}

/** Rig and assignee in the form that is stored; null and undefined mean what the verb says. */
async function named(deps: Deps, { rig, assignee }: Named) {
  const { db } = deps.store;
  return {
    ...(rig == null ? {} : { rig: (await rigOf(db, rig))?.name }),
    ...(assignee == null ? {} : { assignee: (await agentOf(db, deps, assignee)).address }),
  };
}

async function hereOrTown(deps: Deps): Promise<string | null> {
  return (await rigHere(deps.store.db, deps))?.name ?? null;
}
