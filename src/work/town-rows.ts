import { Fault } from '#base';
import type { Reader } from '#store';
import { townPrefix } from '#town/model';

/** Refuses an address, as canonical text, that no agent of this town has; a retired agent takes no work. */
export async function requireAgent(reader: Reader, address: string): Promise<void> {
  const row = await reader.selectFrom('agents').select('retired_at').where('address', '=', address).executeTakeFirst();
  if (row === undefined) throw new Fault('not-found', `this town has no agent "${address}"`, { hint: '`baton agents` lists them' });
  if (row.retired_at !== null) throw new Fault('conflict', `the agent "${address}" is retired`, { hint: '`baton agents` lists who works here' });
}

/** The prefix of a rig's beads; of the town's own where there is no rig. */
export async function getPrefix(reader: Reader, rig: string | null): Promise<string> {
  if (rig === null) return townPrefix;
  const row = await reader.selectFrom('rigs').select(['prefix', 'removed_at']).where('name', '=', rig).executeTakeFirst();
  if (row === undefined || row.removed_at !== null) throw new Fault('not-found', `this town has no rig "${rig}"`, { hint: '`baton rig list` names them' });
  return row.prefix;
}
