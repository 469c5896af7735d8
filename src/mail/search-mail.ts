import { Fault, shorten } from '#base';
import type { Reader } from '#store';
import { findMail } from './find-mail.ts';
import { type Mail, readMailRow } from './model.ts';

/** A message that holds the text, with the words around it. */
export interface MailMatch {
  readonly mail: Mail;
  readonly where: 'subject' | 'body';
  readonly excerpt: string;
}

/** Characters around what was found. */
const around = 60;

/**
 * Messages to or from an address whose subject or body holds the text, without regard to case, newest first; archived ones too. `from`: of this sender
 * alone. The store is no search engine (S9), so this looks through that address's mail in code.
 */
export async function searchMail(
  reader: Reader,
  { address, text, from, limit }: { address: string; text: string; from?: string | undefined; limit?: number | undefined },
): Promise<MailMatch[]> {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') throw new Fault('invalid', 'there is nothing to search for', { hint: 'give a word or a part of one' });
  const rows = reader.selectFrom('mail').selectAll();
  const own = rows.where((row) => row.or([row('recipient', '=', address), row('sender', '=', address)]));
  const mails = (await own.orderBy('sent_at', 'desc').orderBy('id').execute()).map(readMailRow).filter((mail) => from === undefined || mail.sender === from);
  const matches = mails.flatMap((mail): MailMatch[] => {
    const where = (['subject', 'body'] as const).find((place) => mail[place].toLowerCase().includes(wanted));
    return where === undefined ? [] : [{ mail, where, excerpt: excerptOf(mail[where], wanted) }];
  });
  return limit === undefined ? matches : matches.slice(0, limit);
}

function excerptOf(text: string, wanted: string): string {
  const start = Math.max(0, text.toLowerCase().indexOf(wanted) - around);
  return `${start > 0 ? '…' : ''}${shorten(text.slice(start), wanted.length + 2 * around)}`;
}

/** The whole thread of a message, oldest first; looking marks nothing. Fault `not-found`. */
export async function readThread(reader: Reader, { mail: id }: { mail: string }): Promise<Mail[]> {
  const mail = await findMail(reader, id);
  if (mail === undefined) throw new Fault('not-found', `there is no message "${id}"`, { hint: '`baton mail inbox` lists yours' });
  const rows = reader.selectFrom('mail').selectAll().where('thread', '=', mail.thread);
  return (await rows.orderBy('sent_at').orderBy('id').execute()).map(readMailRow);
}

/** What an address sent, newest first, with what became of it. */
export async function listSent(reader: Reader, { address, limit }: { address: string; limit?: number | undefined }): Promise<Mail[]> {
  let rows = reader.selectFrom('mail').selectAll().where('sender', '=', address);
  if (limit !== undefined) rows = rows.limit(limit);
  return (await rows.orderBy('sent_at', 'desc').orderBy('id').execute()).map(readMailRow);
}
