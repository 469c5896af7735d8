import { isAlive, readMark } from '#host';
import { type Git, moveRef, readRef } from '#git';
import { retireHandoffRows } from '#sessions';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import { type Agent, findAbandonedSpawns, listAgents, removePolecatWorktree, retirePolecatRow, rigPaths } from '#town';
import { readHook } from '#work';
import { takeBack } from './sling-bead.ts';

interface RetireDeps {
  readonly store: Store;
  readonly git: Git;
  readonly root: string;
  readonly by: Writer;
}

/**
 * Ends the assignments that are over (DESIGN.md section 9): a polecat that is stopped, has no session, nothing on its hook and nothing waiting to
 * land gives its worktree back, preserved first, and its name. From facts alone, so that whoever was killed in between loses nothing. Answers
 * the addresses.
 */
export async function retirePolecats(deps: RetireDeps): Promise<string[]> {
  const retired: string[] = [];
  for (const agent of await listAgents(deps.store.db)) {
    if (agent.role !== 'polecat' || agent.desired === 'running' || agent.spawningBead !== null) continue;
    if (await hasBusiness(deps.store.db, agent)) continue;
    await retire(deps, agent);
    retired.push(agent.address);
  }
  return retired;
}

/** Takes back what killed slings left: a polecat that was being made, and whose maker is proven dead. Answers the addresses. */
export async function takeBackAbandoned(deps: RetireDeps): Promise<string[]> {
  const taken: string[] = [];
  for (const agent of await findAbandonedSpawns(deps.store.db)) {
    const spawner = agent.spawner === null ? undefined : readMark(agent.spawner);
    if (spawner !== undefined && isAlive(spawner)) continue;
    await takeBack(deps, agent.address, 'the sling that made it was killed');
    taken.push(agent.address);
  }
  return taken;
}

async function hasBusiness(reader: Reader, agent: Agent): Promise<boolean> {
  if ((await readHook(reader, agent.address)).bead !== undefined) return true;
  const session = await reader.selectFrom('sessions').select('id').where('agent', '=', agent.address).where('gone_at', 'is', null).limit(1).executeTakeFirst();
  if (session !== undefined) return true;
  const merge = await reader.selectFrom('merge_requests').select('id').where('agent', '=', agent.address).where('status', 'in', ['queued', 'landing']).limit(1).executeTakeFirst();
  return merge !== undefined;
}

async function retire(deps: RetireDeps, agent: Agent): Promise<void> {
  await removePolecatWorktree(deps, { agent: agent.address, reason: 'its assignment is over' });
  if (agent.rig !== null && agent.branch !== null && (await hasLanded(deps.store.db, agent.branch))) await deleteBranch(deps, agent.rig, agent.branch);
  await deps.store.change({ ...deps.by, point: 'polecat.retire' }, async (tx, at) => {
    await retireHandoffRows(tx, at, agent.address);
    return { answer: undefined, events: await retirePolecatRow(tx, at, { agent: agent.address }) };
  });
}

/** A branch whose commits are on the target says nothing any more; one that was refused is kept. */
async function hasLanded(reader: Reader, branch: string): Promise<boolean> {
  const newest = await reader.selectFrom('merge_requests').select('status').where('branch', '=', branch).orderBy('queued_at', 'desc').orderBy('id').limit(1).executeTakeFirst();
  return newest?.status === 'landed';
}

async function deleteBranch({ git, root }: RetireDeps, rig: string, branch: string): Promise<void> {
  const repo = rigPaths(root, rig).repository;
  const ref = `refs/heads/${branch}`;
  const from = await readRef(git, { repo, ref });
  if (from !== undefined) await moveRef(git, { repo, ref, from, to: undefined });
}
