import type { Reader } from '#store';
import { type Mail, readMailRow, type Unread } from './model.ts';

/** An address's messages, newest first: what was just handed over is not behind what nobody read for a week. */
export async function listInbox(
  reader: Reader,
  { address, isUnreadOnly, limit }: { address: string; isUnreadOnly?: boolean | undefined; limit?: number | undefined },
): Promise<Mail[]> {
  let rows = reader.selectFrom('mail').selectAll().where('recipient', '=', address);
  if (isUnreadOnly === true) rows = rows.where('read_at', 'is', null);
  if (limit !== undefined) rows = rows.limit(limit);
  return (await rows.orderBy('sent_at', 'desc').orderBy('id').execute()).map(readMailRow);
}

/** What is unread for an address, the most urgent first and the newest of those first. Reading it marks nothing; `renderUnread` says it in a few lines. */
export async function checkMail(reader: Reader, { address }: { address: string }): Promise<Unread> {
  const rows = await reader
    .selectFrom('mail')
    .selectAll()
    .where('recipient', '=', address)
    .where('read_at', 'is', null)
    .orderBy('priority')
    .orderBy('sent_at', 'desc')
    .orderBy('id')
    .execute();
  return { count: rows.length, mails: rows.map(readMailRow) };
}
