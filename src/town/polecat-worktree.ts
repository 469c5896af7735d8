import { Fault, known } from '#base';
import { addWorktree, type Git } from '#git';
import { fault } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { type Agent, addressOf } from './agent.ts';
import { type ClearDeps, type Cleared, clearWorktree } from './clear-worktree.ts';
import { agentFolder, rigPaths } from './paths.ts';
import { getAgent } from './read-agents.ts';
import { getRig } from './read-rigs.ts';

/**
 * Makes a polecat's worktree on its assignment's branch: one that is there, or a new one from `from`, by default the rig's target.
 * Faults: those of `addWorktree`.
 */
export async function createPolecatWorktree(
  deps: { store: Store; git: Git; root: string; by: Writer },
  request: { agent: string; branch: string; from?: string | undefined },
): Promise<{ worktree: string; agent: Agent }> {
  const agent = await getPolecat(deps, request.agent);
  const rig = await getRig(deps.store.db, known(agent.rig, 'rig'));
  const worktree = agentFolder(deps.root, addressOf(agent));
  await addWorktree(deps.git, {
    repo: rigPaths(deps.root, rig.name).repository,
    dir: worktree,
    branch: request.branch,
    from: request.from ?? `refs/heads/${rig.target}`,
  });
  fault('polecat.worktree.made');
  return deps.store.change({ ...deps.by, point: 'polecat.worktree' }, async (tx) => {
    await tx.updateTable('agents').set({ worktree, branch: request.branch }).where('address', '=', agent.address).execute();
    const event = { type: 'worktree_made', agent: agent.address, rig: rig.name, bead: agent.spawningBead, payload: { branch: request.branch } };
    return { answer: { worktree, agent: { ...agent, worktree, branch: request.branch } }, events: [event] };
  });
}

/** Removes a polecat's worktree, what it holds preserved first; repeatable, also where it was never made. Its row and branch stay. */
export async function removePolecatWorktree(deps: ClearDeps, request: { agent: string; reason: string }): Promise<Cleared> {
  return clearWorktree(deps, await getPolecat(deps, request.agent), request.reason);
}

async function getPolecat({ store }: Pick<ClearDeps, 'store'>, address: string): Promise<Agent> {
  const agent = await getAgent(store.db, address);
  if (agent.role === 'polecat') return agent;
  throw new Fault('invalid', `"${agent.address}" is no polecat`, { hint: '`baton polecat list` names them' });
}
