import type { Updateable } from 'kysely';
import { Fault, known } from '#base';
import { formatMark, isAlive, markOf, readMark } from '#host';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import type { MergeRequest, MergeRequestRow } from './model.ts';
import { getMerge } from './read-merges.ts';

interface RecordDeps {
  readonly store: Store;
  readonly by: Writer;
}

/** `taken`: a living process is landing it. */
export type Begun = { readonly kind: 'begun'; readonly merge: MergeRequest } | { readonly kind: 'taken'; readonly by: string } | { readonly kind: 'over' };

/** Takes a request for this process and counts the attempt. That of a process that died goes on here. */
export async function beginLanding({ store, by }: RecordDeps, id: string): Promise<Begun> {
  const lander = ownMark();
  return store.change<Begun>({ ...by, point: 'merge.start' }, async (tx, at) => {
    const merge = await getMerge(tx, id);
    if (merge.status !== 'queued' && merge.status !== 'landing') return { answer: { kind: 'over' }, events: [] };
    if (merge.lander !== undefined && merge.lander !== lander && isLiving(merge.lander)) return { answer: { kind: 'taken', by: merge.lander }, events: [] };
    const attempts = merge.attempts + 1;
    await tx
      .updateTable('merge_requests')
      .set({ status: 'landing', lander, attempts, started_at: merge.startedAt ?? at })
      .where('id', '=', id)
      .execute();
    return { answer: { kind: 'begun', merge: await getMerge(tx, id) }, events: [mergeEvent(merge, 'merge_started', { branch: merge.branch, attempts })] };
  });
}

/** A step of a landing that this process began. Fault `conflict` where it was taken over since: then nothing is written. */
export async function recordLanding(
  { store, by }: RecordDeps,
  merge: MergeRequest,
  point: string,
  body: (tx: Tx, at: number) => Promise<{ columns: Updateable<MergeRequestRow>; events: readonly NewEvent[] }>,
): Promise<void> {
  await store.change({ ...by, point }, async (tx, at) => {
    const now = await getMerge(tx, merge.id);
    if (now.status !== 'landing' || now.lander !== ownMark())
      throw new Fault('conflict', `the landing of "${merge.id}" was taken over by another process`, {
        hint: 'it goes on there',
        details: { isTakenOver: true },
      });
    const { columns, events } = await body(tx, at);
    await tx.updateTable('merge_requests').set(columns).where('id', '=', merge.id).execute();
    return { answer: undefined, events };
  });
}

/** True where a landing failed because it is another process's by now. */
export function isTakenOver(error: Fault): boolean {
  return error.details?.isTakenOver === true;
}

/** An event about a merge request. */
export function mergeEvent({ id, agent, rig, bead }: MergeRequest, type: string, payload: Readonly<Record<string, unknown>>): NewEvent {
  return { type, agent, rig, bead, payload: { merge: id, ...payload } };
}

function ownMark(): string {
  return formatMark(known(markOf(process.pid), "this process's mark"));
}

function isLiving(lander: string): boolean {
  const mark = readMark(lander);
  return mark !== undefined && isAlive(mark);
}
