import { existsSync } from 'node:fs';
import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { type Agent, addressOf } from './agent.ts';
import { type ClearDeps, type Cleared, clearWorktree, preserveWorktree, refuseLocked } from './clear-worktree.ts';
import { agentFolder } from './paths.ts';
import { getAgent } from './read-agents.ts';
import { describeClaims, readClaims } from './read-claims.ts';

/**
 * Removes a crew member: what its worktree holds is preserved (DESIGN.md X4), its row retired, then the worktree goes; its branch, sessions and history
 * stay. Repeatable. Faults: `not-found`, `conflict` while it runs, has a bead on its hook or work that is landing, or where its worktree is locked.
 */
export async function removeCrew(deps: ClearDeps & { store: Store; by: Writer }, request: { agent: string }): Promise<Cleared> {
  const agent = await getAgent(deps.store.db, request.agent);
  if (agent.role !== 'crew') throw new Fault('invalid', `"${agent.address}" is no crew member`, { hint: '`baton crew list` names them' });
  const isHere = existsSync(agentFolder(deps.root, addressOf(agent)));
  if (agent.retiredAt !== null && !isHere)
    throw new Fault('not-found', `"${agent.address}" was removed before`, { hint: '`baton crew list` names who is there' });
  refuseBusy(await readClaims(deps.store.db, [agent.address]), agent);
  await refuseLocked(deps, agent);
  const early = isHere ? await preserveWorktree(deps, agent, 'removed from the crew') : undefined;
  await deps.store.change({ ...deps.by, point: 'crew.remove' }, async (tx, at) => {
    refuseBusy(await readClaims(tx, [agent.address]), agent);
    const { numUpdatedRows } = await tx
      .updateTable('agents')
      .set({ desired: 'stopped', retired_at: at, worktree: null, branch: null })
      .where('address', '=', agent.address)
      .where('retired_at', 'is', null)
      .executeTakeFirst();
    const event = { type: 'crew_removed', agent: agent.address, rig: agent.rig, payload: { branch: agent.branch, preservedRef: early?.preservedRef ?? null } };
    return { answer: undefined, events: numUpdatedRows > 0n ? [event] : [] };
  });
  const cleared = await clearWorktree(deps, agent, 'removed from the crew');
  return { ...cleared, preservedRef: cleared.preservedRef ?? early?.preservedRef };
}

function refuseBusy(claims: Awaited<ReturnType<typeof readClaims>>, agent: Agent): void {
  if (claims.length === 0) return;
  throw new Fault('conflict', `"${agent.address}" is busy: ${describeClaims(claims)}`, {
    hint: 'stop it and take its bead off (`baton unsling`), or wait until its work has landed',
    details: { claims },
  });
}
