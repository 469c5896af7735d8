import type { MarkedMail } from '#app';
import { Fault, plural } from '#base';
import { type InboxMail, type Mail, readSeverity, renderUnread } from '#mail/model';
import { readPriority } from '#work/model';
import { escalationLine, escalationTable, mailPage, mailTable, matchTable, sentTable } from '../print/mail.ts';
import { answers, type Io } from '../run.ts';

interface SendOptions {
  readonly address?: string;
  readonly human: boolean;
  readonly subject: string;
  readonly body?: string;
  readonly stdin: boolean;
  readonly priority?: string;
  readonly thread?: string;
}

/** `baton mail send`: the message, or those of a group. */
export const sendMail = answers({
  ask: async (app, { address, human, subject, body, stdin, priority, thread }: SendOptions, io) => {
    const to = recipientOf(address, human);
    const text = await readBody(io, body, stdin);
    const mails = await app.mail.send({ to, subject, body: text, priority: priority === undefined ? undefined : readPriority(priority), inReplyTo: thread });
    const [only] = mails;
    return only !== undefined && only.toGroup === null ? only : { group: only?.toGroup, thread: only?.thread, mails };
  },
  print: (sent) =>
    'mails' in sent
      ? [
          `sent to ${plural(sent.mails.length, 'address', 'addresses')} of ${sent.group}`,
          ...sent.mails.map(({ id, recipient }) => `  ${id} to ${recipient}`),
        ].join('\n')
      : `sent ${sent.id} to ${sent.recipient}`,
  ids: (sent) => ('mails' in sent ? sent.mails.map(({ id }) => id) : [sent.id]),
});

async function readBody(io: Io, body: string | undefined, isStdin: boolean): Promise<string | undefined> {
  if (isStdin && body !== undefined) throw new Fault('invalid', 'the message is given twice', { hint: 'leave out --stdin or --body' });
  return isStdin ? io.readStdin() : body;
}

function recipientOf(address: string | undefined, isHuman: boolean): string {
  if (isHuman && address !== undefined)
    throw new Fault('invalid', `the message is both to the person and to "${address}"`, { hint: 'leave out --human or the address' });
  if (isHuman) return 'overseer';
  if (address === undefined) throw new Fault('invalid', 'ADDRESS is missing', { hint: 'say who gets it, or --human for the person' });
  return address;
}

interface InboxOptions {
  readonly address?: string;
  readonly unread: boolean;
  readonly all: boolean;
  readonly sent: boolean;
  readonly limit?: number;
}

/** `baton mail inbox` */
export const listInbox = answers({
  ask: (app, { address, unread, all, sent, limit }: InboxOptions): Promise<readonly (Mail | InboxMail)[]> => {
    if (sent && unread) throw new Fault('invalid', 'what you sent is unread for others', { hint: 'leave out --sent or --unread' });
    return sent ? app.mail.sent({ address, limit }) : app.mail.inbox({ address, isUnreadOnly: unread, isArchivedToo: all, limit });
  },
  print: (mails, page, { input }) => (input.sent ? sentTable(page, mails) : mailTable(page, mails as readonly InboxMail[])),
  ids: (mails) => mails.map(({ id }) => id),
});

interface ReplyOptions {
  readonly mail: string;
  readonly text?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly stdin: boolean;
  readonly priority?: string;
}

/** `baton mail reply` */
export const replyMail = answers({
  ask: async (app, { mail, text, subject, body, stdin, priority }: ReplyOptions, io) => {
    if (text !== undefined && body !== undefined) throw new Fault('invalid', 'the answer is given twice', { hint: 'leave out --body or TEXT' });
    const answer = await readBody(io, body ?? text, stdin);
    if (answer === undefined) throw new Fault('invalid', 'the answer is missing', { hint: 'give it as TEXT, with -m, or with --stdin' });
    return app.mail.reply({ mail, subject, body: answer, priority: priority === undefined ? undefined : readPriority(priority) });
  },
  print: ({ id, recipient }) => `sent ${id} to ${recipient}`,
  ids: ({ id }) => [id],
});

const printMarked = (marked: readonly MarkedMail[]) => marked.map(({ kind, mail }) => `${kind === 'already' ? 'already: ' : `${kind}: `}${mail.id}`).join('\n');

/** `baton mail ack` */
export const ackMail = answers({
  ask: (app, { mail }: { mail: readonly string[] }) => app.mail.ack({ mails: mail }),
  print: printMarked,
  ids: (marked) => marked.map(({ mail }) => mail.id),
});

/** `baton mail archive` */
export const archiveMail = answers({
  ask: (app, { mail, stale, read }: { mail: readonly string[]; stale: boolean; read: boolean }) => {
    if ([mail.length > 0, stale, read].filter(Boolean).length !== 1)
      throw new Fault('invalid', 'it is not said which messages', { hint: 'give their ids, or one of --stale and --read' });
    return app.mail.archive({ mails: mail, which: stale ? 'stale' : read ? 'read' : undefined });
  },
  print: (marked) => printMarked(marked) || 'nothing to put away',
  ids: (marked) => marked.map(({ mail }) => mail.id),
});

/** `baton mail thread` */
export const showThread = answers({
  ask: (app, request: { mail: string }) => app.mail.thread(request),
  print: (mails, page) => mails.map((mail) => mailPage(page, mail)).join('\n\n'),
  ids: (mails) => mails.map(({ id }) => id),
});

/** `baton mail search` */
export const searchMail = answers({
  ask: (app, { words, from, address, limit }: { words: readonly string[]; from?: string; address?: string; limit?: number }) =>
    app.mail.search({ text: words.join(' '), from, address, limit }),
  print: (matches, page) => matchTable(page, matches),
  ids: (matches) => matches.map(({ mail }) => mail.id),
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
