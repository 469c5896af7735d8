import { Fault } from '#base';
import type { Store } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { findMail } from './find-mail.ts';
import { type Mail, readMailRow } from './model.ts';

/** What a recipient says of messages: that they are taken up, or that they are put away. Either way they count as read. */
export type MailMark = 'acked' | 'archived';

/** Per message whether it was marked now or had been before. */
export interface MarkedMail {
  readonly kind: MailMark | 'already';
  readonly mail: Mail;
}

/**
 * Marks messages, all or none, for their recipient alone. Faults: `not-found`, and `conflict` for somebody else's.
 */
export async function markMail(
  { store, by }: { store: Store; by: Writer },
  { mails, mark }: { mails: readonly string[]; mark: MailMark },
): Promise<MarkedMail[]> {
  return store.change({ ...by, point: 'mail.mark' }, async (tx, at) => {
    const marked: MarkedMail[] = [];
    const events: NewEvent[] = [];
    for (const id of mails) {
      const mail = await findMail(tx, id);
      if (mail === undefined) throw new Fault('not-found', `there is no message "${id}"`, { hint: '`baton mail inbox` lists yours' });
      if (mail.recipient !== by.actor)
        throw new Fault('conflict', `"${mail.id}" is mail to ${mail.recipient}, which alone can say so`, { hint: '`baton mail inbox` lists yours' });
      if ((mark === 'acked' ? mail.ackedAt : mail.archivedAt) !== null) {
        marked.push({ kind: 'already', mail });
        continue;
      }
      const read = mail.readAt === null ? { read_at: at, read_session: by.session ?? null } : {};
      const row = await tx
        .updateTable('mail')
        .set({ ...read, ...(mark === 'acked' ? { acked_at: at } : { archived_at: at }) })
        .where('id', '=', mail.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      marked.push({ kind: mark, mail: readMailRow(row) });
      events.push({ type: mark === 'acked' ? 'mail_acked' : 'mail_archived', agent: mail.recipient, payload: { mail: mail.id } });
    }
    return { answer: marked, events };
  });
}
