import type { Updateable } from 'kysely';
import { known } from '#base';
import type { Reader, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { readText } from './bead-fields.ts';
import { type Bead, type BeadRow, readBead } from './model.ts';

/** An event about a bead, with its rig; `agent` is the one that it was about, by default whose hook it hangs on. */
export function beadEvent(bead: Bead, type: string, payload: Readonly<Record<string, unknown>> = {}, agent: string | null = bead.hookedBy): NewEvent {
  return { type, bead: bead.id, rig: bead.rig, agent, payload };
}

/** Writes columns of a bead and answers it as it is then. */
export async function writeBead(tx: Tx, at: number, id: string, columns: Updateable<BeadRow>): Promise<Bead> {
  const row = await tx
    .updateTable('beads')
    .set({ ...columns, updated_at: at })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return readBead(known(row, `bead "${id}"`));
}

/** Appends a note; see `noteBead`. */
export async function writeNote(tx: Tx, at: number, { beadId, by, body }: { beadId: string; by: Writer; body: string }): Promise<void> {
  const note = { bead: beadId, author: by.actor, session: by.session ?? null, body: readText('note', body), created_at: at };
  await tx.insertInto('bead_notes').values(note).execute();
}

/** The bead on an agent's hook. */
export async function findHooked(reader: Reader, agent: string): Promise<Bead | undefined> {
  const row = await reader.selectFrom('beads').selectAll().where('hooked_by', '=', agent).executeTakeFirst();
  return row === undefined ? undefined : readBead(row);
}

/** What a bead still waits for: the beads that it needs and that are not done. A dropped one still holds it up, until a person decides. */
export async function findOpenNeeds(reader: Reader, beadId: string): Promise<string[]> {
  const rows = await reader
    .selectFrom('bead_dependencies')
    .innerJoin('beads', 'beads.id', 'bead_dependencies.needs')
    .select('beads.id')
    .where('bead_dependencies.bead', '=', beadId)
    .where('beads.status', '!=', 'done')
    .orderBy('beads.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** The open beads that needed this one and wait for nothing any more. */
export async function findOpened(reader: Reader, beadId: string): Promise<string[]> {
  const rows = await reader
    .selectFrom('bead_dependencies')
    .innerJoin('beads', 'beads.id', 'bead_dependencies.bead')
    .select('beads.id')
    .where('bead_dependencies.needs', '=', beadId)
    .where('beads.status', '=', 'open')
    .orderBy('beads.id')
    .execute();
  const opened: string[] = [];
  for (const { id } of rows) if ((await findOpenNeeds(reader, id)).length === 0) opened.push(id);
  return opened;
}
