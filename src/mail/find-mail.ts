import { Fault } from '#base';
import type { Reader } from '#store';
import { type Mail, readMailRow } from './model.ts';

const candidatesMax = 20;
/** Sorts after everything that begins with the same text: the last code point. */
const last = '\u{10FFFF}';

/** The message with this id, or the only one whose id begins with it. An ambiguous beginning is a `conflict` with the candidates in its details. */
export async function findMail(reader: Reader, id: string): Promise<Mail | undefined> {
  if (id === '') throw new Fault('invalid', 'the id of a message is empty', { hint: '`baton mail inbox` shows the ids' });
  const exact = await reader.selectFrom('mail').selectAll().where('id', '=', id).executeTakeFirst();
  if (exact !== undefined) return readMailRow(exact);
  const rows = await reader.selectFrom('mail').selectAll().where('id', '>', id).where('id', '<', `${id}${last}`).orderBy('id').limit(candidatesMax).execute();
  if (rows.length > 1)
    throw new Fault('conflict', `"${id}" begins the ids of several messages: ${rows.map((row) => row.id).join(', ')}`, {
      hint: 'type more of the id',
      details: { candidates: rows.map((row) => row.id) },
    });
  return rows[0] === undefined ? undefined : readMailRow(rows[0]);
}
