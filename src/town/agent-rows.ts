import type { Tx } from '#store';
import { type Address, formatAddress, nameKey } from './address.ts';
import { type Agent, readAgent } from './agent.ts';
import { paneName } from './pane.ts';

/** A new agent, or a retired one that is taken up again under its old address. */
export interface AgentToAdd {
  readonly address: Address;
  /** The rig's prefix; null for the town's own agents. */
  readonly prefix: string | null;
  readonly worktree?: string;
  readonly branch?: string;
  readonly spawningBead?: string;
  readonly spawner?: string;
}

/** Inserts the agent's row, stopped and without an order, or takes up its retired row: sessions and history stay with the address. `taken` where an agent of that address works, or its worktree is still there. */
export async function insertAgentRow(tx: Tx, at: number, toAdd: AgentToAdd): Promise<{ kind: 'added'; agent: Agent } | { kind: 'taken'; agent: Agent }> {
  const { role, rig, name } = toAdd.address;
  const key = nameKey(formatAddress(toAdd.address));
  const old = await tx.selectFrom('agents').selectAll().where('address_key', '=', key).executeTakeFirst();
  if (old !== undefined && (old.retired_at === null || old.worktree !== null)) return { kind: 'taken', agent: readAgent(old) };
  const fresh = {
    pane: paneName({ ...toAdd.address, name: old?.name ?? name }, toAdd.prefix),
    host: null,
    desired: 'stopped',
    start_order: '{}',
    worktree: toAdd.worktree ?? null,
    branch: toAdd.branch ?? null,
    spawning_bead: toAdd.spawningBead ?? null,
    spawner: toAdd.spawner ?? null,
    retired_at: null,
    reset_at: null,
  } as const;
  const row = old === undefined ? { address: formatAddress(toAdd.address), address_key: key, role, rig, name, created_at: at, ...fresh } : { ...old, ...fresh };
  if (old === undefined) await tx.insertInto('agents').values(row).execute();
  else await tx.updateTable('agents').set(fresh).where('address', '=', old.address).execute();
  return { kind: 'added', agent: readAgent(row) };
}
