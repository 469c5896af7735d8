import type { Reader } from '#store';
import { readMailRow, type Unread } from './model.ts';
import { type InboxMail, isStaleFor, sortUnread } from './unread.ts';

/** Whose inbox, and what of it; archived messages are left out but for `isArchivedToo`. */
export interface InboxQuery {
  readonly address: string;
  readonly session?: string | undefined;
  readonly isUnreadOnly?: boolean | undefined;
  readonly isArchivedToo?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** An address's messages, newest first: what was just handed over is not behind what nobody read for a week. `session` is the one that looks. */
export async function listInbox(reader: Reader, { address, session, isUnreadOnly, isArchivedToo, limit }: InboxQuery): Promise<InboxMail[]> {
  let rows = reader.selectFrom('mail').selectAll().where('recipient', '=', address);
  if (isUnreadOnly === true) rows = rows.where('read_at', 'is', null);
  if (isArchivedToo !== true) rows = rows.where('archived_at', 'is', null);
  if (limit !== undefined) rows = rows.limit(limit);
  const mails = (await rows.orderBy('sent_at', 'desc').orderBy('id').execute()).map(readMailRow);
  return mails.map((mail) => ({ ...mail, isStale: isStaleFor(mail, session) }));
}

/** What is unread for an address, as the session sees it that looks. Reading it marks nothing; `renderUnread` says it in a few lines. */
export async function checkMail(reader: Reader, { address, session }: { address: string; session?: string | undefined }): Promise<Unread> {
  const rows = await reader
    .selectFrom('mail')
    .selectAll()
    .where('recipient', '=', address)
    .where('read_at', 'is', null)
    .orderBy('priority')
    .orderBy('sent_at', 'desc')
    .orderBy('id')
    .execute();
  return sortUnread(rows.map(readMailRow), session);
}
