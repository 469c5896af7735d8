import { type Git, isReferenceGuardInstalled, listWorktrees, readRef, type Worktree } from '#git';
import type { Reader } from '#store';
import type { Agent } from './agent.ts';
import { rigPaths } from './paths.ts';
import { listAgents } from './read-agents.ts';
import { getRig } from './read-rigs.ts';
import type { Rig } from './rig.ts';

/** A rig as it stands: `head` is the target's commit; `isGuarded` is false where the hook that protects the target was taken away. */
export interface ShownRig {
  readonly rig: Rig;
  readonly head: string | undefined;
  readonly isGuarded: boolean;
  readonly agents: readonly Agent[];
  readonly worktrees: readonly Worktree[];
}

/** Everything about a rig, read from store and repository. Fault `not-found`. */
export async function showRig({ store, git, root }: { store: { db: Reader }; git: Git; root: string }, name: string): Promise<ShownRig> {
  const rig = await getRig(store.db, name);
  const repo = rigPaths(root, rig.name).repository;
  const [agents, head, isGuarded, worktrees] = await Promise.all([
    listAgents(store.db, { rig: rig.name }),
    readRef(git, { repo, ref: `refs/heads/${rig.target}` }),
    isReferenceGuardInstalled(git, { repo, target: rig.target }),
    listWorktrees(git, { repo }),
  ]);
  return { rig, head, isGuarded, agents, worktrees };
}
