import { type Fault, isFault } from '#base';
import { isAlive, readMark } from '#host';
import { retireHandoffRows } from '#sessions';
import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { type Agent, getAgent, listAgents, listUnfreedPolecats, readClaims, retirePolecatRow, takeClearanceRow } from '#town';
import { type ClearDeps, clearanceOf, clearPolecat, ownMark } from './clear-polecat.ts';

/** `held`: its worktree could not be removed for now, and why; it is tried again when asked again. */
export type Retired = { readonly kind: 'retired'; readonly agent: string } | { readonly kind: 'held'; readonly agent: string; readonly fault: Fault };

/**
 * Ends the assignments that are over (DESIGN.md section 9): a polecat that is stopped, has no session, nothing on its hook and nothing waiting to
 * land gives its worktree back, preserved first, and its name. From facts alone, so that whoever was killed in between loses nothing.
 */
export async function retirePolecats(deps: ClearDeps, { rig }: { rig?: string | undefined } = {}): Promise<Retired[]> {
  const retired: Retired[] = [];
  const unfreed = (await listUnfreedPolecats(deps.store.db)).filter((agent) => rig === undefined || agent.rig === rig);
  for (const agent of [...unfreed, ...(await listAgents(deps.store.db, { role: 'polecat', rig }))]) {
    const answer = await attempt(deps, agent);
    if (answer !== undefined) retired.push(answer);
  }
  return retired;
}

/** One that cannot be cleared holds up nobody else. */
async function attempt(deps: ClearDeps, agent: Agent): Promise<Retired | undefined> {
  try {
    const isOurs = agent.retiredAt === null ? await retire(deps, agent) : await takeOver(deps, agent);
    if (!isOurs) return undefined;
    await clearPolecat(deps, agent, 'its assignment is over');
    return { kind: 'retired', agent: agent.address };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    return { kind: 'held', agent: agent.address, fault };
  }
}

async function retire({ store, root, by }: ClearDeps, agent: Agent): Promise<boolean> {
  if (!(await isOver(store.db, agent))) return false;
  return store.change({ ...by, point: 'polecat.retire' }, async (tx, at) => {
    if (!(await isOver(tx, await getAgent(tx, agent.address)))) return { answer: false, events: [] };
    return { answer: true, events: await retireRows(tx, at, root, agent) };
  });
}

/** Nobody finds it or hangs anything on it any more, nobody goes on from its documents, and this process clears it. */
export async function retireRows(tx: Tx, at: number, root: string, agent: Agent): Promise<NewEvent[]> {
  await retireHandoffRows(tx, at, agent.address);
  return retirePolecatRow(tx, at, { agent: agent.address, clearance: clearanceOf(root, agent) });
}

async function isOver(reader: Reader, agent: Agent): Promise<boolean> {
  if (agent.retiredAt !== null || agent.desired === 'running' || agent.spawningBead !== null) return false;
  return (await readClaims(reader, [agent.address])).length === 0;
}

/** Goes on with a clearing that its process died at; our own goes on as it is. False where a living process is at it. */
export async function takeOver({ store, by }: ClearDeps, agent: Agent): Promise<boolean> {
  const own = ownMark();
  const clearer = agent.spawner === null ? undefined : readMark(agent.spawner);
  if (agent.spawner === own) return true;
  if (clearer !== undefined && isAlive(clearer)) return false;
  return store.change({ ...by, point: 'polecat.take' }, async (tx) => {
    const events = await takeClearanceRow(tx, { agent: agent.address, from: agent.spawner, to: own });
    return { answer: events.length > 0, events };
  });
}
