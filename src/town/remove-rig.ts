import { existsSync } from 'node:fs';
import { Fault } from '#base';
import { readWorktree } from '#git';
import { fault } from '#host';
import type { Reader } from '#store';
import { type RigDeps, rigTurn } from './add-rig.ts';
import { type Agent, addressOf } from './agent.ts';
import { moveAway, preserveWorktree } from './clear-worktree.ts';
import { loadSettings } from './load-settings.ts';
import { agentFolder, rigPaths } from './paths.ts';
import { listAgents } from './read-agents.ts';
import { type Claim, describeClaims, readClaims } from './read-claims.ts';
import { getRig } from './read-rigs.ts';
import { unmarkPlace } from './rig-folder.ts';
import { findRigRow } from './rig-rows.ts';
import { withTurn } from './with-turn.ts';

/** Where the rig's folder went, and the refs in its repository that keep what its worktrees had not committed. */
export interface RemovedRig {
  readonly name: string;
  readonly movedTo: string | undefined;
  readonly preservedRefs: readonly string[];
}

/**
 * Removes a rig: what its worktrees hold is preserved (DESIGN.md X4), the rows of rig and agents are put away, then its folder is moved to
 * `.baton/removed`. Adding its name again takes the rows up. Repeatable. Faults: `not-found`; `conflict` while agents run, whatever is forced, and
 * without `isForced` while beads hang, work is landing or crew have uncommitted work.
 */
export async function removeRig(deps: RigDeps, request: { name: string; isForced?: boolean }): Promise<RemovedRig> {
  return withTurn(deps, rigTurn(request.name), `the rig "${request.name}" is being added or removed by another process`, async () => {
    const row = await findRigRow(deps.store.db, request.name);
    const paths = rigPaths(deps.root, row?.name ?? request.name);
    const isUnfinished = row !== undefined && row.removed_at !== null && existsSync(paths.root);
    const refs = isUnfinished ? [] : await putAway(deps, request);
    const movedTo = existsSync(paths.root) ? moveAway(deps, paths.root, row?.name ?? request.name) : undefined;
    fault('rig.remove.moved');
    loadSettings({}, deps.root);
    return { name: row?.name ?? request.name, movedTo, preservedRefs: refs };
  });
}

/** Preserves, then retires the rows. Answers the refs. */
async function putAway(deps: RigDeps, { name, isForced = false }: { name: string; isForced?: boolean }): Promise<string[]> {
  const rig = await getRig(deps.store.db, name);
  const agents = await listAgents(deps.store.db, { rig: rig.name });
  await refuseBusy(deps.store.db, rig.name, agents, isForced);
  if (!isForced) await refuseUncommitted(deps, agents);
  const placed = agents.filter((agent) => (agent.role === 'crew' || agent.role === 'polecat') && existsSync(agentFolder(deps.root, addressOf(agent))));
  const refs: string[] = [];
  for (const agent of placed) refs.push(...[(await preserveWorktree(deps, agent, 'its rig was removed')).preservedRef].filter((ref) => ref !== undefined));
  unmarkPlace(rigPaths(deps.root, rig.name));
  fault('rig.remove.preserved');
  await deps.store.change({ ...deps.by, point: 'rig.remove' }, async (tx, at) => {
    await refuseBusy(tx, rig.name, await listAgents(tx, { rig: rig.name }), isForced);
    await tx.updateTable('rigs').set({ removed_at: at }).where('name', '=', rig.name).execute();
    const rest = { desired: 'stopped', worktree: null, branch: null, spawning_bead: null, spawner: null, retired_at: at } as const;
    await tx.updateTable('agents').set(rest).where('rig', '=', rig.name).where('retired_at', 'is', null).execute();
    // Worktrees of retired polecats that are still to be cleared go with the rig's folder.
    await tx.updateTable('agents').set({ worktree: null, branch: null, spawner: null }).where('rig', '=', rig.name).where('worktree', 'is not', null).execute();
    return {
      answer: undefined,
      events: [{ type: 'rig_removed', rig: rig.name, payload: { preservedRefs: refs, agents: agents.map(({ address }) => address) } }],
    };
  });
  return refs;
}

/** Live agents are nobody's to end here: only the daemon does (DESIGN.md O1), so they hold even what is forced. */
async function refuseBusy(reader: Reader, rig: string, agents: readonly Agent[], isForced: boolean): Promise<void> {
  const claims = await readClaims(
    reader,
    agents.map(({ address }) => address),
  );
  const holding: readonly Claim[] = isForced ? claims.filter(({ kind }) => kind === 'session') : claims;
  if (holding.length === 0) return;
  const hint = holding.some(({ kind }) => kind === 'session')
    ? `stop its agents first: \`baton rig stop ${rig}\``
    : 'unsling the beads and let the work land, or force it';
  throw new Fault('conflict', `"${rig}" is in use: ${describeClaims(holding)}`, { hint, details: { claims: holding } });
}

async function refuseUncommitted({ git, root }: RigDeps, agents: readonly Agent[]): Promise<void> {
  for (const agent of agents.filter(({ role }) => role === 'crew')) {
    const dir = agentFolder(root, addressOf(agent));
    if (!existsSync(dir)) continue;
    const { changed, untracked } = await readWorktree(git, dir);
    if (changed.length + untracked.length === 0) continue;
    throw new Fault('conflict', `"${agent.address}" has uncommitted work in "${dir}"`, {
      hint: 'commit it, or force it: then it is preserved in the repository that is put away',
      details: { agent: agent.address, changed: changed.length, untracked: untracked.length },
    });
  }
}
