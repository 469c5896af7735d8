import type { MailMatch } from '#app';
import { formatMoment } from '#base';
import { type Escalation, type InboxMail, judgeMail, type Mail } from '#mail/model';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { type Cell, facts, table } from './table.ts';
import { ago } from './when.ts';
import { onOneLine, plain } from './width.ts';

/** Messages as a table; unread ones have a sign, and those that an earlier session saw another. */
export function mailTable(page: Page, mails: readonly InboxMail[]): string {
  const columns = [{ heading: 'ID' }, { heading: 'STATE' }, { heading: 'FROM' }, { heading: 'WHEN' }, { heading: 'SUBJECT', isFlexible: true }];
  return table(
    page,
    columns,
    mails.map((mail) => [mail.id, mailState(mail), mail.sender, ago(page, mail.sentAt), mail.priority <= 1 ? `(urgent) ${mail.subject}` : mail.subject]),
    'no mail',
  );
}

/** What an address sent, with what became of it. */
export function sentTable(page: Page, mails: readonly Mail[]): string {
  const columns = [{ heading: 'ID' }, { heading: 'STATE' }, { heading: 'TO' }, { heading: 'WHEN' }, { heading: 'SUBJECT', isFlexible: true }];
  const recipientOf = ({ recipient, toGroup }: Mail) => (toGroup === null ? recipient : `${recipient} (${toGroup})`);
  return table(
    page,
    columns,
    mails.map((mail) => [mail.id, stateInWords(mail), recipientOf(mail), ago(page, mail.sentAt), mail.subject]),
    'nothing was sent',
  );
}

/** Messages that hold a text, with the words around it. */
export function matchTable(page: Page, matches: readonly MailMatch[]): string {
  const columns = [
    { heading: 'ID' },
    { heading: 'FROM' },
    { heading: 'TO' },
    { heading: 'WHEN' },
    { heading: 'SUBJECT' },
    { heading: 'FOUND', isFlexible: true },
  ];
  return table(
    page,
    columns,
    matches.map(({ mail, where, excerpt }) => [
      mail.id,
      mail.sender,
      mail.recipient,
      ago(page, mail.sentAt),
      mail.subject,
      where === 'body' ? onOneLine(excerpt) : '',
    ]),
    'no such mail',
  );
}

const stateSigns = { accepted: '○', delivered: '◌', consumed: '◐', read: '●', acked: '✓' } as const;

function stateInWords(mail: Mail): Cell {
  const state = judgeMail(mail);
  return { text: `${stateSigns[state]} ${state}`, tone: state === 'acked' ? 'good' : state === 'accepted' ? 'busy' : undefined };
}

function mailState({ readAt, ackedAt, archivedAt, isStale }: InboxMail): Cell {
  if (archivedAt !== null) return { text: '■ archived', tone: 'faint' };
  if (ackedAt !== null) return { text: '✓ acked', tone: 'good' };
  if (readAt !== null) return { text: '○ read', tone: 'faint' };
  return isStale ? { text: '◌ seen earlier', tone: 'faint' } : { text: '● unread', tone: 'busy' };
}

/** A whole message. */
export function mailPage(page: Page, mail: Mail): string {
  const head = facts(page, [
    ['mail', mail.id],
    ['from', mail.session === null ? mail.sender : `${mail.sender} (${mail.session})`],
    ['to', mail.toGroup === null ? mail.recipient : `${mail.recipient} (${mail.toGroup})`],
    ['sent', `${formatMoment(mail.sentAt)}, ${ago(page, mail.sentAt)}`],
    ['state', stateInWords(mail)],
    ['thread', mail.thread === mail.id ? undefined : mail.thread],
    ['subject', mail.subject],
  ]);
  const body = plain(mail.body).trim();
  return body === '' ? head : `${head}\n\n${body}`;
}

const tones: Readonly<Record<Escalation['severity'], Tone>> = { critical: 'bad', high: 'warn', medium: 'busy' };

/** Escalations as a table. */
export function escalationTable(page: Page, escalations: readonly Escalation[]): string {
  const columns = [
    { heading: 'ID' },
    { heading: 'SEVERITY' },
    { heading: 'STATE' },
    { heading: 'FOR' },
    { heading: 'ABOUT' },
    { heading: 'WHEN' },
    { heading: 'TEXT', isFlexible: true },
  ];
  return table(
    page,
    columns,
    escalations.map((one) => [
      one.id,
      { text: one.severity, tone: tones[one.severity] },
      stateOf(one),
      one.target,
      one.bead ?? one.agent ?? '',
      ago(page, one.createdAt),
      one.text,
    ]),
    'nothing is escalated',
  );
}

/** An escalation on one line. */
export function escalationLine(page: Page, { id, severity, text }: Escalation): string {
  return `${tint(page, 'strong', id)}  ${tint(page, tones[severity], severity)}  ${onOneLine(text)}`;
}

function stateOf({ ackedAt, closedAt }: Escalation): string {
  if (closedAt !== null) return '■ closed';
  return ackedAt === null ? '● open' : '◐ seen';
}
