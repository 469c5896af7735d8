import { assert, type Chance } from '#base';
import type { Store } from '#store';
import type { NewEvent, Writer } from '#store/model';
import type { Mail } from './model.ts';
import { type NewMail, sendMailRow } from './send-mail.ts';

/** A message to everybody of a group, such as `@crew`; `recipients` are addresses that the caller knows, at least one. */
export interface GroupMail extends Omit<NewMail, 'to'> {
  readonly group: string;
  readonly recipients: readonly string[];
}

/** Sends one message to each recipient, all in one thread and all or none. Faults as for one. */
export async function sendGroupMail({ store, chance, by }: { store: Store; chance: Chance; by: Writer }, request: GroupMail): Promise<Mail[]> {
  const { group, recipients, ...mail } = request;
  assert(recipients.length > 0, `nobody is in ${group}`);
  return store.change({ ...by, point: 'mail.send.group' }, async (tx, at) => {
    const sent: Mail[] = [];
    const events: NewEvent[] = [];
    for (const to of recipients) {
      const each = await sendMailRow(tx, at, { ...mail, to, group, thread: sent[0]?.thread, chance, by });
      sent.push(each.answer);
      events.push(...each.events);
    }
    return { answer: sent, events };
  });
}
