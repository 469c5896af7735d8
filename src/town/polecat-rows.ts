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
  const names = await tx
    .selectFrom('agents')
    .select('name')
    .where('rig', '=', rig.name)
    .where('role', '=', 'polecat')
    .where('retired_at', 'is', null)
    .orderBy('address')
    .execute();
  const crew = await tx
    .selectFrom('agents')
    .select('name')
    .where('rig', '=', rig.name)
    .where('role', '=', 'crew')
    .where('retired_at', 'is', null)
    .orderBy('address')
    .execute();
  // A crew member's name is not given to a polecat: `app/max` and `max` would mean two.
  const name = request.name === undefined ? firstFreeName([...names, ...crew].map((row) => row.name)) : checkedAgentName(request.name);
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

/**
 * Frees a polecat's name; its address keeps its sessions and history. Its worktree must be gone, or the next one of that name would meet it.
 * Answers the events to add.
 */
export async function retirePolecatRow(tx: Tx, at: number, { agent }: { agent: string }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('agents').selectAll().where('address', '=', agent).executeTakeFirst();
  assert(row?.role === 'polecat', `${agent} is no polecat`);
  if (row.retired_at !== null) return [];
  const rest = { desired: 'stopped', start_order: '{}', worktree: null, branch: null, spawning_bead: null, spawner: null, retired_at: at } as const;
  await tx.updateTable('agents').set(rest).where('address', '=', agent).execute();
  return [{ type: 'polecat_retired', agent, rig: row.rig, bead: row.spawning_bead, payload: { branch: row.branch } }];
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
