import { formatMoment } from '#base';
import type { Escalation, InboxMail, Mail } from '#mail/model';
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

function mailState({ readAt, isStale }: InboxMail): Cell {
  if (readAt !== null) return { text: '○ read', tone: 'faint' };
  return isStale ? { text: '◌ seen earlier', tone: 'faint' } : { text: '● unread', tone: 'busy' };
}

/** A whole message. */
export function mailPage(page: Page, mail: Mail): string {
  const head = facts(page, [
    ['mail', mail.id],
    ['from', mail.session === null ? mail.sender : `${mail.sender} (${mail.session})`],
    ['to', mail.recipient],
    ['sent', `${formatMoment(mail.sentAt)}, ${ago(page, mail.sentAt)}`],
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
