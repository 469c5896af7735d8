import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { relandBeadRow } from '#work';
import type { MergeRequest } from './model.ts';
import { getMerge } from './read-merges.ts';
import { mergeEvent } from './record-landing.ts';

/** Queues a refused request again, as it was handed in: its bead is landing again. Fault `conflict` for one that is not refused, or whose bead went on. */
export async function retryMerge({ store, by }: { store: Store; by: Writer }, { id }: { id: string }): Promise<MergeRequest> {
  return store.change({ ...by, point: 'merge.retry' }, async (tx, at) => {
    const merge = await getMerge(tx, id);
    if (merge.status !== 'refused') throw new Fault('conflict', `"${id}" is ${merge.status}`, { hint: 'only a refused one can be tried again' });
    const bead = await relandBeadRow(tx, at, { beadId: merge.bead });
    if (bead.answer.kind === 'kept')
      throw new Fault('conflict', `"${merge.bead}" is ${bead.answer.bead.status} by now`, {
        hint: `its work goes on elsewhere; the branch is ${merge.branch}`,
      });
    const fresh = {
      status: 'queued',
      failure: null,
      lander: null,
      landing_commit: null,
      attempts: 0,
      started_at: null,
      ended_at: null,
      queued_at: at,
    } as const;
    await tx.updateTable('merge_requests').set(fresh).where('id', '=', id).execute();
    return { answer: await getMerge(tx, id), events: [...bead.events, mergeEvent(merge, 'merge_queued', { branch: merge.branch, isRetry: true })] };
  });
}
