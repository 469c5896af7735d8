import { Fault } from '#base';
import { readSeverity, renderUnread } from '#mail/model';
import { readPriority } from '#work/model';
import { escalationLine, escalationTable, mailPage, mailTable } from '../print/mail.ts';
import { answers } from '../run.ts';

/** `baton mail send` */
export const sendMail = answers({
  ask: async (
    app,
    {
      address,
      human,
      subject,
      body,
      stdin,
      priority,
      thread,
    }: { address?: string; human: boolean; subject: string; body?: string; stdin: boolean; priority?: string; thread?: string },
    io,
  ) =>
    app.mail.send({
      to: recipientOf(address, human),
      subject,
      body: stdin ? await io.readStdin() : body,
      priority: priority === undefined ? undefined : readPriority(priority),
      inReplyTo: thread,
    }),
  print: ({ id, recipient }) => `sent ${id} to ${recipient}`,
  ids: ({ id }) => [id],
});

function recipientOf(address: string | undefined, isHuman: boolean): string {
  if (isHuman && address !== undefined)
    throw new Fault('invalid', `the message is both to the person and to "${address}"`, { hint: 'leave out --human or the address' });
  if (isHuman) return 'overseer';
  if (address === undefined) throw new Fault('invalid', 'ADDRESS is missing', { hint: 'say who gets it, or --human for the person' });
  return address;
}

/** `baton mail inbox` */
export const listInbox = answers({
  ask: (app, { address, unread, limit }: { address?: string; unread: boolean; limit?: number }) => app.mail.inbox({ address, isUnreadOnly: unread, limit }),
  print: (mails, page) => mailTable(page, mails),
  ids: (mails) => mails.map(({ id }) => id),
});

/** `baton mail read` */
export const readMail = answers({
  ask: (app, request: { mail: string }) => app.mail.read(request),
  print: (mail, page) => mailPage(page, mail),
  ids: ({ id }) => [id],
});

/** `baton mail check`: nothing is printed with `--inject` where nothing came, since a conversation pays for every word. */
export const checkMail = answers({
  ask: (app, { inject }: { inject: boolean }) => app.mail.check({ isInjected: inject }),
  print: (unread, _page, { input }) => renderUnread(unread) || (input.inject ? '' : 'no unread mail'),
  ids: ({ mails }) => mails.map(({ id }) => id),
});

interface EscalateOptions {
  readonly text: readonly string[];
  readonly severity?: string;
  readonly to?: 'witness' | 'mayor' | 'human';
  readonly bead?: string;
  readonly incident?: string;
}

/** `baton escalate` */
export const escalate = answers({
  ask: (app, { text, severity, to = 'human', bead, incident }: EscalateOptions) =>
    app.escalations.send({ text: text.join(' '), to, bead, incident, ...(severity === undefined ? {} : { severity: readSeverity(severity) }) }),
  print: ({ kind, escalation }, page) => `${kind === 'sent' ? 'escalated' : 'escalated already'}: ${escalationLine(page, escalation)}`,
  ids: ({ escalation }) => [escalation.id],
});

/** `baton escalate list` */
export const listEscalations = answers({
  ask: (app, { all }: { all: boolean }) => app.escalations.list({ isOpenOnly: !all }),
  print: (escalations, page) => escalationTable(page, escalations),
  ids: (escalations) => escalations.map(({ id }) => id),
});

/** `baton escalate ack` */
export const ackEscalation = answers({
  ask: (app, { id }: { id: string }) => app.escalations.ack({ escalation: id }),
  print: ({ kind, escalation }, page) => `${kind === 'acked' ? 'seen' : 'seen already'}: ${escalationLine(page, escalation)}`,
  ids: ({ escalation }) => [escalation.id],
});

/** `baton escalate close` */
export const closeEscalation = answers({
  ask: (app, { id }: { id: string }) => app.escalations.close({ escalation: id }),
  print: ({ kind, escalation }, page) => `${kind === 'closed' ? 'closed' : 'closed already'}: ${escalationLine(page, escalation)}`,
  ids: ({ escalation }) => [escalation.id],
});
