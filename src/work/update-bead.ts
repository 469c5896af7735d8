import { Fault } from '#base';
import type { Changed, Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type BeadFields, type FieldColumns, readFields } from './bead-fields.ts';
import { beadEvent, writeBead } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import { hookBeadRow } from './hook-bead.ts';
import { type Bead, type BeadRow, type BeadStatus, hookConflict } from './model.ts';
import { moveBeadRow } from './move-bead.ts';
import { requireAgent } from './town-rows.ts';

/** What to change. `null` takes a parent or assignee away; `status` `hooked` hooks it to `assignee` (or to who it is assigned to); `reason` says why it is blocked. */
export interface BeadUpdate extends BeadFields {
  readonly bead: string;
  readonly status?: BeadStatus | undefined;
  readonly assignee?: string | null | undefined;
  readonly parent?: string | null | undefined;
  readonly addLabels?: readonly string[] | undefined;
  readonly removeLabels?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

/** Changes a bead, all of it or nothing. Faults: `invalid` fields, `conflict` where the bead cannot move there or hangs on a hook that the change would empty. */
export async function updateBead({ store, by }: { store: Store; by: Writer }, request: BeadUpdate): Promise<Bead> {
  return store.change({ ...by, point: 'bead.update' }, async (tx, at) => {
    const bead = await getBead(tx, request.bead);
    const fields = await changeFields(tx, at, bead, request);
    const moved = await changeStatus(tx, at, fields.answer, request);
    return { answer: moved.answer, events: [...fields.events, ...moved.events] };
  });
}

async function changeFields(tx: Tx, at: number, bead: Bead, request: BeadUpdate): Promise<Changed<Bead>> {
  const wanted = { ...readFields(withLabels(bead, request)), ...(await readLinks(tx, bead, request)) };
  const row = await tx.selectFrom('beads').selectAll().where('id', '=', bead.id).executeTakeFirstOrThrow();
  const changed = Object.entries(wanted).filter(([column, value]) => row[column as keyof BeadRow] !== value);
  if (changed.length === 0) return { answer: bead, events: [] };
  const updated = await writeBead(tx, at, bead.id, Object.fromEntries(changed));
  return { answer: updated, events: [beadEvent(updated, 'bead_updated', { changed: changed.map(([column]) => column) })] };
}

function withLabels(bead: Bead, request: BeadUpdate): BeadFields {
  const { addLabels, removeLabels } = request;
  if (addLabels === undefined && removeLabels === undefined) return request;
  const labels = new Set([...(request.labels ?? bead.labels), ...(addLabels ?? [])]);
  for (const label of removeLabels ?? []) labels.delete(label);
  return { ...request, labels: [...labels] };
}

async function readLinks(tx: Tx, bead: Bead, request: BeadUpdate): Promise<FieldColumns & { assignee?: string | null; parent?: string | null }> {
  const parent = request.parent === undefined ? {} : { parent: await readParent(tx, bead, request.parent) };
  // Hooking makes its agent the assignee, or refuses to.
  if (request.assignee === undefined || request.status === 'hooked') return parent;
  if (bead.hookedBy !== null && request.assignee !== bead.hookedBy)
    throw new Fault('conflict', `bead "${bead.id}" hangs on the hook of "${bead.hookedBy}"`, { hint: '`baton unhook` takes it off; then give it to another' });
  if (request.assignee !== null) await requireAgent(tx, request.assignee);
  return { ...parent, assignee: request.assignee };
}

async function readParent(reader: Reader, bead: Bead, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const parent = await getBead(reader, id);
  for (let above: Bead | undefined = parent; above !== undefined; above = above.parent === null ? undefined : await getBead(reader, above.parent)) {
    if (above.id === bead.id)
      throw new Fault('conflict', `"${parent.id}" cannot be the parent of "${bead.id}": it stands below it`, { hint: 'choose another parent' });
  }
  return parent.id;
}

async function changeStatus(tx: Tx, at: number, bead: Bead, { status, assignee, reason }: BeadUpdate): Promise<Changed<Bead>> {
  if (status === undefined) return { answer: bead, events: [] };
  const isHeldUp = bead.status === 'blocked' && bead.hookedBy !== null && bead.hookedBy === (assignee ?? bead.hookedBy);
  if (status === 'hooked' && !isHeldUp) return hook(tx, at, bead, assignee ?? bead.assignee);
  const { answer, events } = await moveBeadRow(tx, at, { bead, to: status, reason });
  return { answer: answer.bead, events };
}

async function hook(tx: Tx, at: number, bead: Bead, agent: string | null): Promise<{ answer: Bead; events: readonly NewEvent[] }> {
  if (agent === null) throw new Fault('invalid', `bead "${bead.id}" is to be hooked, but nobody is named`, { hint: 'name its agent with `--assignee`' });
  const { answer, events } = await hookBeadRow(tx, at, { beadId: bead.id, agent });
  if (answer.kind !== 'hooked' && answer.kind !== 'already') throw hookConflict(answer, { agent });
  return { answer: answer.bead, events };
}
