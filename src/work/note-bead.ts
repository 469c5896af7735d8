import { Fault } from '#base';
import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, writeNote } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { Bead } from './model.ts';

/** Appends a note to a bead, with its author and session. Notes are never changed. */
export async function noteBead({ store, by }: { store: Store; by: Writer }, { bead, body }: { bead: string; body: string }): Promise<Bead> {
  return store.change({ ...by, point: 'bead.note' }, (tx, at) => noteBeadRow(tx, at, { beadId: bead, by, body }));
}

/** The same, inside a caller's transaction. */
export async function noteBeadRow(tx: Tx, at: number, { beadId, by, body }: { beadId: string; by: Writer; body: string }): Promise<Changed<Bead>> {
  if (body.trim() === '') throw new Fault('invalid', 'the note is empty', { hint: 'say what the next one should know' });
  const bead = await getBead(tx, beadId);
  await writeNote(tx, at, { beadId: bead.id, by, body });
  return { answer: bead, events: [beadEvent(bead, 'bead_noted')] };
}
