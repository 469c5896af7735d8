import { type Chance, Fault, newId } from '#base';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type MergeRequest, type MergeStatus, readMergeRequest } from './model.ts';

/** Records a branch for landing, inside the change of `done`. The same branch and commit twice is one request (S4). */
export async function queueMergeRow({ chance }: { chance: Chance }, tx: Tx, at: number, request: Pick<MergeRequest, 'rig' | 'bead' | 'agent' | 'session' | 'branch' | 'head' | 'target'>): Promise<{ id: string; events: NewEvent[] }> {
  const open = await tx.selectFrom('merge_requests').select('id').where('branch', '=', request.branch).where('head', '=', request.head).where('status', 'in', ['queued', 'landing']).executeTakeFirst();
  if (open !== undefined) return { id: open.id, events: [] };
  const id = newId(chance, 'mr');
  await tx
    .insertInto('merge_requests')
    .values({ ...request, id, session: request.session ?? null, status: 'queued', attempts: 0, queued_at: at })
    .execute();
  return { id, events: [{ type: 'merge_queued', agent: request.agent, rig: request.rig, bead: request.bead, payload: { merge: id, branch: request.branch, head: request.head } }] };
}

/** The request that lands next in a rig: one that was begun before, else the one that waits longest. */
export async function findNextMerge(reader: Reader, rig: string): Promise<MergeRequest | undefined> {
  const row = await reader.selectFrom('merge_requests').selectAll().where('rig', '=', rig).where('status', 'in', ['landing', 'queued']).orderBy('status').orderBy('queued_at').orderBy('id').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readMergeRequest(row);
}

/** Rigs with something to land. */
export async function listRigsToLand(reader: Reader): Promise<string[]> {
  const rows = await reader.selectFrom('merge_requests').select('rig').distinct().where('status', 'in', ['landing', 'queued']).orderBy('rig').execute();
  return rows.map((row) => row.rig);
}

/** Merge requests, newest first. */
export async function listMerges(reader: Reader, query: { rig?: string | undefined; bead?: string | undefined; statuses?: readonly MergeStatus[] | undefined } = {}): Promise<MergeRequest[]> {
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

/** Writes what is known of a landing under way; `event` says it to the journal. */
export async function recordMerge({ store, by }: { store: Store; by: Writer }, merge: MergeRequest, point: string, columns: (at: number) => Partial<{ status: MergeStatus; landing_commit: string; started_at: number; attempts: number }>, event: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
  await store.change({ ...by, point }, async (tx, at) => {
    await tx.updateTable('merge_requests').set(columns(at)).where('id', '=', merge.id).execute();
    return { answer: undefined, events: [{ type: event, agent: merge.agent, rig: merge.rig, bead: merge.bead, payload: { merge: merge.id, ...payload } }] };
  });
}
