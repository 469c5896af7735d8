import { Fault } from '#base';
import type { Reader } from '#store';
import { type Bead, readBead } from './model.ts';

/** Candidates of an ambiguous id that a fault names. */
const candidatesMax = 20;
/** Sorts after everything that begins with the same text: the last code point. */
const last = '\u{10FFFF}';

/** The bead with this id, or the only one whose id begins with it. An ambiguous beginning is a `conflict` with the candidates in its details; it never picks one. */
export async function findBead(reader: Reader, id: string): Promise<Bead | undefined> {
  if (id === '') throw new Fault('invalid', 'the id of a bead is empty', { hint: '`baton bead list` shows the ids' });
  const exact = await reader.selectFrom('beads').selectAll().where('id', '=', id).executeTakeFirst();
  if (exact !== undefined) return readBead(exact);
  const rows = await reader.selectFrom('beads').selectAll().where('id', '>', id).where('id', '<', `${id}${last}`).orderBy('id').limit(candidatesMax).execute();
  if (rows.length > 1)
    throw new Fault('conflict', `"${id}" begins the ids of several beads: ${rows.map((row) => row.id).join(', ')}`, {
      hint: 'type more of the id',
      details: { candidates: rows.map((row) => row.id) },
    });
  return rows[0] === undefined ? undefined : readBead(rows[0]);
}

/** The same, where it must exist. */
export async function getBead(reader: Reader, id: string): Promise<Bead> {
  const bead = await findBead(reader, id);
  if (bead === undefined) throw new Fault('not-found', `there is no bead "${id}"`, { hint: '`baton bead list --status all` shows every bead' });
  return bead;
}
