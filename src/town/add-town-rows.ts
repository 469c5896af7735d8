import type { HostIdentity } from '#host';
import type { Store, Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { Role } from './address.ts';
import { insertAgentRow } from './agent-rows.ts';

/** The first rows of a town: this host, and the agents that every town has. They are stopped until `baton up`. */
export async function addTownRows(store: Store, host: HostIdentity): Promise<void> {
  const townAgents: Role[] = ['overseer', 'mayor', 'deacon', 'boot'];
  await store.change({ actor: 'overseer', point: 'init.rows' }, async (tx, at) => {
    const events = await recordHostRow(tx, at, host);
    for (const role of townAgents) await insertAgentRow(tx, at, { address: { role, rig: null, name: role }, prefix: null });
    return { answer: undefined, events: [{ type: 'town_created', payload: { agents: townAgents } }, ...events] };
  });
}

/** Writes down that a machine takes part in the town, and its name of today; nothing where both are known. Answers the events to add. */
async function recordHostRow(tx: Tx, at: number, { id, name }: Pick<HostIdentity, 'id' | 'name'>): Promise<NewEvent[]> {
  const row = await tx.selectFrom('hosts').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.name === name) return [];
  if (row === undefined) await tx.insertInto('hosts').values({ id, name, joined_at: at }).execute();
  else await tx.updateTable('hosts').set({ name }).where('id', '=', id).execute();
  return [{ type: row === undefined ? 'host_joined' : 'host_renamed', payload: { host: id, name } }];
}
