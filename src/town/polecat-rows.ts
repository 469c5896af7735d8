import { assert } from '#base';
import type { Changed, Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { nameKey } from './address.ts';
import { type Agent, readAgent } from './agent.ts';
import { insertAgentRow } from './agent-rows.ts';
import { checkedAgentName } from './names.ts';
import { firstFreeName } from './polecat-names.ts';
import { getRig } from './read-rigs.ts';

/** Who is made for a bead; `spawner` is whatever lets the caller judge later whether its maker lives (a process's mark). */
export interface PolecatToReserve {
  readonly rig: string;
  readonly bead: string;
  readonly spawner: string;
  readonly name?: string;
}

/** `taken`: the bead is being spawned for by another agent, or the asked name is in use. */
export type ReserveAnswer = { readonly kind: 'reserved'; readonly agent: Agent } | { readonly kind: 'taken'; readonly by: string };

/**
 * Takes a polecat's name for a bead, the first free one of the pool or the asked one; a former polecat of that name is taken up again. One spawn for a
 * bead at a time. Capacity is the caller's to judge, in the same transaction. Faults: `not-found` rig, `invalid` name.
 */
export async function reservePolecatRow(tx: Tx, at: number, request: PolecatToReserve): Promise<Changed<ReserveAnswer>> {
  const rig = await getRig(tx, request.rig);
  const spawning = await tx.selectFrom('agents').select('address').where('spawning_bead', '=', request.bead).executeTakeFirst();
  if (spawning !== undefined) return { answer: { kind: 'taken', by: spawning.address }, events: [] };
  const inUse = await tx
    .selectFrom('agents')
    .select('name')
    .where('rig', '=', rig.name)
    .where('role', 'in', ['polecat', 'crew'])
    .where((row) => row.or([row('retired_at', 'is', null), row('worktree', 'is not', null)]))
    .orderBy('address')
    .execute();
  // A crew member's name is not given to a polecat: `app/max` and `max` would mean two.
  const name = request.name === undefined ? firstFreeName(inUse.map((row) => row.name)) : checkedAgentName(request.name);
  const { bead: spawningBead, spawner } = request;
  const added = await insertAgentRow(tx, at, { address: { role: 'polecat', rig: rig.name, name }, prefix: rig.prefix, spawningBead, spawner });
  if (added.kind === 'taken') return { answer: { kind: 'taken', by: added.agent.address }, events: [] };
  return {
    answer: { kind: 'reserved', agent: added.agent },
    events: [{ type: 'spawn', agent: added.agent.address, rig: rig.name, bead: request.bead, payload: { spawner } }],
  };
}

/** The polecat is made: it no longer depends on its maker. Answers the events to add. */
export async function clearSpawningRow(tx: Tx, _at: number, { agent }: { agent: string }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('agents').select(['spawning_bead', 'rig']).where('address', '=', agent).executeTakeFirst();
  if (row?.spawning_bead == null) return [];
  await tx.updateTable('agents').set({ spawning_bead: null, spawner: null }).where('address', '=', agent).execute();
  return [{ type: 'polecat_made', agent, rig: row.rig, bead: row.spawning_bead }];
}

/** What is left to do for a retired polecat: the folder to be removed, and who does it (a process's mark, as with the maker). */
export interface Clearance {
  readonly worktree: string;
  readonly clearer: string;
}

/**
 * Ends a polecat for good: nobody finds it or hangs anything on it any more; its address keeps its sessions and history. With a clearance its name
 * stays in use until `freePolecatRow`, or the next one of that name would meet its worktree. Answers the events to add.
 */
export async function retirePolecatRow(tx: Tx, at: number, { agent, clearance }: { agent: string; clearance?: Clearance }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('agents').selectAll().where('address', '=', agent).executeTakeFirst();
  assert(row?.role === 'polecat', `${agent} is no polecat`);
  if (row.retired_at !== null) return [];
  const rest = { desired: 'stopped', start_order: '{}', spawning_bead: null, retired_at: at } as const;
  const left = { worktree: clearance?.worktree ?? null, branch: clearance === undefined ? null : row.branch, spawner: clearance?.clearer ?? null };
  await tx
    .updateTable('agents')
    .set({ ...rest, ...left })
    .where('address', '=', agent)
    .execute();
  return [{ type: 'polecat_retired', agent, rig: row.rig, bead: row.spawning_bead, payload: { branch: row.branch } }];
}

/** Takes over the clearing of a retired polecat from a process that died at it. No events where somebody else has taken it, or it is done. */
export async function takeClearanceRow(tx: Tx, { agent, from, to }: { agent: string; from: string | null; to: string }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('agents').select(['rig', 'spawner', 'worktree', 'retired_at']).where('address', '=', agent).executeTakeFirst();
  if (row === undefined || row.retired_at === null || row.worktree === null || row.spawner !== from) return [];
  await tx.updateTable('agents').set({ spawner: to }).where('address', '=', agent).execute();
  return [{ type: 'clearance_taken', agent, rig: row.rig, payload: { from, to } }];
}

/** The worktree of a retired polecat is gone: its name is free. Answers the events to add. */
export async function freePolecatRow(tx: Tx, _at: number, { agent, clearer }: { agent: string; clearer: string }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('agents').selectAll().where('address', '=', agent).executeTakeFirst();
  assert(row?.role === 'polecat' && row.retired_at !== null && row.spawner === clearer, `${agent} is no retired polecat that ${clearer} clears`);
  await tx.updateTable('agents').set({ worktree: null, branch: null, spawner: null }).where('address', '=', agent).execute();
  return [{ type: 'worktree_removed', agent, rig: row.rig, payload: { branch: row.branch } }];
}

/** Retired polecats whose worktree is still to be removed. */
export async function listUnfreedPolecats(reader: Reader): Promise<Agent[]> {
  const rows = await reader
    .selectFrom('agents')
    .selectAll()
    .where('role', '=', 'polecat')
    .where('retired_at', 'is not', null)
    .where('worktree', 'is not', null)
    .orderBy('address')
    .execute();
  return rows.map(readAgent);
}

/** Polecats that are being made. Whether their maker lives is the caller's to judge. */
export async function findAbandonedSpawns(reader: Reader): Promise<Agent[]> {
  const rows = await reader.selectFrom('agents').selectAll().where('spawning_bead', 'is not', null).orderBy('address').execute();
  return rows.map(readAgent);
}

/** How many polecats a rig has at work or in the making. */
export async function countPolecats(reader: Reader, rig: string): Promise<number> {
  const rows = await reader.selectFrom('agents').select(['rig']).where('role', '=', 'polecat').where('retired_at', 'is', null).execute();
  return rows.filter((row) => nameKey(row.rig ?? '') === nameKey(rig)).length;
}
