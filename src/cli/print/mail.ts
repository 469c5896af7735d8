import { formatMoment } from '#base';
import type { Escalation, Mail } from '#mail/model';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { facts, table } from './table.ts';
import { ago } from './when.ts';
import { onOneLine, plain } from './width.ts';

/** Messages as a table; unread ones have a sign. */
export function mailTable(page: Page, mails: readonly Mail[]): string {
  const columns = [{ heading: 'ID' }, { heading: 'STATE' }, { heading: 'FROM' }, { heading: 'WHEN' }, { heading: 'SUBJECT', isFlexible: true }];
  return table(
    page,
    columns,
    mails.map(({ id, readAt, sender, sentAt, subject, priority }) => [
      id,
      readAt === null ? { text: '● unread', tone: 'busy' } : { text: '○ read', tone: 'faint' },
      sender,
      ago(page, sentAt),
      priority <= 1 ? `(urgent) ${subject}` : subject,
    ]),
    'no mail',
  );
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
