import { listRigs } from '#town';
import type { ClearDeps } from './clear-polecat.ts';
import { dropAllSpentBranches } from './polecat-branches.ts';
import { type Retired, retirePolecats } from './retire-polecats.ts';
import { takeBackAbandoned } from './take-back.ts';

/** What was given back: polecats that killed slings left, those whose assignment is over, and branches that say nothing any more. */
export interface Pruned {
  readonly taken: readonly string[];
  readonly retired: readonly Retired[];
  readonly branches: readonly string[];
}

/** Gives back at once what the daemon would give back by and by, and the branches whose work has landed since their polecat went; of one rig or of all. */
export async function prunePolecats(deps: ClearDeps, { rig }: { rig?: string | undefined }): Promise<Pruned> {
  const taken = await takeBackAbandoned(deps);
  const retired = await retirePolecats(deps, { rig });
  const branches: string[] = [];
  for (const { name } of await listRigs(deps.store.db)) {
    if (rig === undefined || rig === name) branches.push(...(await dropAllSpentBranches(deps, deps.store.db, name)));
  }
  return { taken, retired, branches };
}
