import { Fault } from '#base';
import type { Reader } from '#store';
import { type MergeRequest, type MergeStatus, readMergeRequest } from './model.ts';

/** Requests that are still to land. */
export const openStatuses = ['landing', 'queued'] as const satisfies readonly MergeStatus[];

/** The request that lands next in a rig: one that was begun before, else the one that waits longest. */
export async function findNextMerge(reader: Reader, rig: string): Promise<MergeRequest | undefined> {
  const row = await reader
    .selectFrom('merge_requests')
    .selectAll()
    .where('rig', '=', rig)
    .where('status', 'in', openStatuses)
    .orderBy('status')
    .orderBy('queued_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : readMergeRequest(row);
}

/** Rigs with something to land; what was queued in a rig that was removed waits for its return. */
export async function listRigsToLand(reader: Reader): Promise<string[]> {
  const rows = await reader
    .selectFrom('merge_requests')
    .innerJoin('rigs', 'rigs.name', 'merge_requests.rig')
    .select('rigs.name')
    .distinct()
    .where('merge_requests.status', 'in', openStatuses)
    .where('rigs.removed_at', 'is', null)
    .orderBy('rigs.name')
    .execute();
  return rows.map((row) => row.name);
}

/** Merge requests, newest first. */
export async function listMerges(
  reader: Reader,
  query: { rig?: string | undefined; bead?: string | undefined; statuses?: readonly MergeStatus[] | undefined } = {},
): Promise<MergeRequest[]> {
  let rows = reader.selectFrom('merge_requests').selectAll();
  if (query.rig !== undefined) rows = rows.where('rig', '=', query.rig);
  if (query.bead !== undefined) rows = rows.where('bead', '=', query.bead);
  if (query.statuses !== undefined) rows = rows.where('status', 'in', [...query.statuses]);
  return (await rows.orderBy('queued_at', 'desc').orderBy('id').execute()).map(readMergeRequest);
}

/** A merge request by its id. Fault `not-found`. */
export async function getMerge(reader: Reader, id: string): Promise<MergeRequest> {
  const row = await reader.selectFrom('merge_requests').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new Fault('not-found', `there is no merge request "${id}"`, { hint: '`baton mq list` shows them' });
  return readMergeRequest(row);
}
