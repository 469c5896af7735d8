import { Fault } from '#base';
import type { Reader, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { nameKey, rigRoles } from './address.ts';
import { addressOf, readAgent } from './agent.ts';
import { insertAgentRow } from './agent-rows.ts';
import { paneName } from './pane.ts';
import { checkedPrefix, derivePrefix } from './prefix.ts';
import { type Rig, type RigRow, readRig } from './rig.ts';

/** The row of that name, of a removed rig too. */
export function findRigRow(reader: Reader, name: string): Promise<RigRow | undefined> {
  return reader.selectFrom('rigs').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
}

/** Writes the rows of a rig, its witness and its refinery, or takes up those of a removed one. Faults: `conflict` where name or prefix are taken. */
export async function insertRigRows(
  { store, by }: { store: Store; by: Writer },
  request: { name: string; prefix: string | undefined; source: string | null; target: string },
): Promise<Rig> {
  return store.change({ ...by, point: 'rig.add' }, async (tx, at) => {
    const old = await findRigRow(tx, request.name);
    if (old?.removed_at === null) throw rigTaken(old.name);
    const prefix = await choosePrefix(tx, request);
    const row = {
      name: request.name,
      name_key: nameKey(request.name),
      prefix,
      source: request.source,
      target: request.target,
      state: 'open' as const,
      created_at: old?.created_at ?? at,
      removed_at: null,
    };
    if (old === undefined) await tx.insertInto('rigs').values(row).execute();
    else await tx.updateTable('rigs').set(row).where('name', '=', old.name).execute();
    if (old !== undefined && old.prefix !== prefix) await renamePanes(tx, row);
    for (const role of rigRoles) await insertAgentRow(tx, at, { address: { role, rig: row.name, name: role }, prefix });
    return {
      answer: readRig(row),
      events: [{ type: 'rig_added', rig: row.name, payload: { prefix, source: row.source, target: row.target, isAgain: old !== undefined } }],
    };
  });
}

/** The prefix asked for, else the one that a rig of this name had, else one from its name. Faults: `invalid`, `conflict`. */
export async function choosePrefix(reader: Reader, { name, prefix }: { name: string; prefix?: string | undefined }): Promise<string> {
  const rows = await reader.selectFrom('rigs').select(['name_key', 'prefix']).orderBy('name').execute();
  const own = rows.find((row) => row.name_key === nameKey(name))?.prefix;
  const others = rows.filter((row) => row.name_key !== nameKey(name)).map((row) => row.prefix);
  if (prefix !== undefined) return checkedPrefix(prefix, others);
  return own ?? derivePrefix(name, others);
}

/** The fault for a rig that is there. */
export function rigTaken(name: string): Fault {
  return new Fault('conflict', `there is a rig "${name}" already`, {
    hint: `\`baton rig show ${name}\` tells about it; or take another name`,
    details: { rig: name },
  });
}

/** A rig that is taken up again with other letters takes its former agents' panes with it: their old names may be given to others. */
async function renamePanes(tx: Tx, rig: RigRow): Promise<void> {
  for (const row of await tx.selectFrom('agents').selectAll().where('rig', '=', rig.name).orderBy('address').execute()) {
    await tx
      .updateTable('agents')
      .set({ pane: paneName(addressOf(readAgent(row)), rig.prefix) })
      .where('address', '=', row.address)
      .execute();
  }
}
