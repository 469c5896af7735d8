import type { Tx } from '#store';
import type { NewEvent } from '#store/model';

/**
 * Writes down in which boot of a machine the town runs. Another one than before means that the host was restarted: every program of it is gone, and
 * what should run is brought back (V4). Answers the events to add: none where it is the boot that was known.
 */
export async function recordBootRow(tx: Tx, _at: number, { id, bootId }: { id: string; bootId: string }): Promise<NewEvent[]> {
  const row = await tx.selectFrom('hosts').select(['boot_id']).where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.boot_id === bootId) return [];
  await tx.updateTable('hosts').set({ boot_id: bootId }).where('id', '=', id).execute();
  if (row.boot_id === null) return [{ type: 'host_seen', payload: { host: id, bootId } }];
  const live = await tx.selectFrom('sessions').select('id').where('ended_at', 'is', null).where('host', '=', id).execute();
  return [{ type: 'host_restarted', payload: { host: id, from: row.boot_id, to: bootId, sessions: live.length } }];
}
