import { type Chance, newId } from '#base';
import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { MergeRequest } from './model.ts';
import { openStatuses } from './read-merges.ts';

/** Records a branch for landing, inside the change of `done`. The same branch and commit twice is one request (S4). */
export async function queueMergeRow(
  { chance }: { chance: Chance },
  tx: Tx,
  at: number,
  request: Pick<MergeRequest, 'rig' | 'bead' | 'agent' | 'session' | 'branch' | 'head' | 'target'>,
): Promise<{ id: string; events: NewEvent[] }> {
  const open = await tx
    .selectFrom('merge_requests')
    .select('id')
    .where('branch', '=', request.branch)
    .where('head', '=', request.head)
    .where('status', 'in', openStatuses)
    .executeTakeFirst();
  if (open !== undefined) return { id: open.id, events: [] };
  const id = await pickId(tx, chance);
  await tx
    .insertInto('merge_requests')
    .values({ ...request, id, session: request.session ?? null, status: 'queued', attempts: 0, queued_at: at })
    .execute();
  const payload = { merge: id, branch: request.branch, head: request.head };
  return { id, events: [{ type: 'merge_queued', agent: request.agent, rig: request.rig, bead: request.bead, payload }] };
}

async function pickId(tx: Tx, chance: Chance): Promise<string> {
  for (;;) {
    const id = newId(chance, 'mr');
    if ((await tx.selectFrom('merge_requests').select('id').where('id', '=', id).executeTakeFirst()) === undefined) return id;
  }
}
