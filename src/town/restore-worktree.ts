import { existsSync } from 'node:fs';
import { isFault } from '#base';
import { addWorktree, type Git } from '#git';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { Agent } from './agent.ts';
import { rigPaths } from './paths.ts';

/** `there`: the folder stands, or there is none by the record. `missing`: it is gone and can't be made again; `why` says what is in the way. */
export type RestoredWorktree = { readonly kind: 'there' | 'restored' } | { readonly kind: 'missing'; readonly why: string };

/**
 * Makes an agent's worktree again, on its branch, where somebody deleted its folder: what was committed is there again. Nothing is removed, and what
 * was not committed stays where it was preserved. Asked for again it changes nothing.
 */
export async function restoreWorktree(deps: { store: Store; git: Git; root: string; by: Writer }, agent: Agent): Promise<RestoredWorktree> {
  const { worktree, branch, rig, address } = agent;
  if (worktree === null || existsSync(worktree)) return { kind: 'there' };
  if (branch === null || rig === null) return { kind: 'missing', why: 'no branch of it is known' };
  try {
    await addWorktree(deps.git, { repo: rigPaths(deps.root, rig).repository, dir: worktree, branch });
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'missing', why: error.message };
  }
  await deps.store.change({ ...deps.by, point: 'worktree.restore' }, async () => ({
    answer: undefined,
    events: [{ type: 'worktree_restored', agent: address, rig, payload: { worktree, branch } }],
  }));
  return { kind: 'restored' };
}
