import { isAlive, readMark } from '#host';
import { type Agent, findAbandonedSpawns, getAgent, retirePolecatRow } from '#town';
import { type ClearDeps, clearanceOf, clearPolecat } from './clear-polecat.ts';

/**
 * Takes back what killed slings left: polecats that were being made, and whose maker is proven dead; with `bead`, only the one for that bead. Answers
 * the addresses.
 */
export async function takeBackAbandoned(deps: ClearDeps, { bead }: { bead?: string } = {}): Promise<string[]> {
  const taken: string[] = [];
  for (const agent of await findAbandonedSpawns(deps.store.db)) {
    if ((bead !== undefined && agent.spawningBead !== bead) || hasLivingMaker(agent)) continue;
    if (await takeBack(deps, agent, 'the sling that made it was killed')) taken.push(agent.address);
  }
  return taken;
}

/**
 * Takes a polecat back that was being made: it retires, and what was made for it goes. False where the making is over meanwhile, or somebody else
 * took it back.
 */
export async function takeBack(deps: ClearDeps, seen: Agent, reason: string): Promise<boolean> {
  const agent = await deps.store.change({ ...deps.by, point: 'sling.undo' }, async (tx, at) => {
    const now = await getAgent(tx, seen.address);
    if (now.spawningBead !== seen.spawningBead || now.spawner !== seen.spawner) return { answer: undefined, events: [] };
    const undone = { type: 'spawn_undone', agent: now.address, rig: now.rig, bead: now.spawningBead, payload: { reason } };
    return { answer: now, events: [undone, ...(await retirePolecatRow(tx, at, { agent: now.address, clearance: clearanceOf(deps.root, now) }))] };
  });
  if (agent === undefined) return false;
  await clearPolecat(deps, agent, reason);
  return true;
}

function hasLivingMaker({ spawner }: Agent): boolean {
  const mark = spawner === null ? undefined : readMark(spawner);
  return mark !== undefined && isAlive(mark);
}
