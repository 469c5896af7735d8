import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { findMail } from './find-mail.ts';
import { type Mail, readMailRow } from './model.ts';

/** The whole message, named by its id or a unique beginning. Read by its recipient it is marked as read, once, with the session; others only look. */
export async function readMail({ store, by }: { store: Store; by: Writer }, { mail: id }: { mail: string }): Promise<Mail> {
  return store.change({ ...by, point: 'mail.read' }, async (tx, at) => {
    const mail = await findMail(tx, id);
    if (mail === undefined) throw new Fault('not-found', `there is no message "${id}"`, { hint: '`baton mail inbox` lists yours' });
    if (mail.recipient !== by.actor || mail.readAt !== null) return { answer: mail, events: [] };
    const row = await tx
      .updateTable('mail')
      .set({ read_at: at, read_session: by.session ?? null })
      .where('id', '=', mail.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { answer: readMailRow(row), events: [{ type: 'mail_read', agent: mail.recipient, payload: { mail: mail.id } }] };
  });
}
