import type { Selectable } from 'kysely';
import { Fault } from '#base';
import type { Generated } from '#store/model';
import type { NudgeRow } from './nudge.ts';

export { joinNudges, judgeNudge, markNudge, type Nudge, type NudgeChannel, type NudgeState, renderNudge } from './nudge.ts';
export { type InboxMail, renderMail, renderUnread, type Unread } from './unread.ts';

/** A durable message. `thread` is the id of its first message; `priority` 0 (urgent) to 4; moments in ms since 1970. */
export interface Mail {
  readonly id: string;
  readonly thread: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly priority: number;
  /** The session that wrote it; null for people and for Baton itself. */
  readonly session: string | null;
  readonly sentAt: number;
  /** When its recipient read it, and in which session; null while it is unread. */
  readonly readAt: number | null;
  readonly readSession: string | null;
  /** When a session was told of it, and which: the last one, until a turn began with it; null while none was. */
  readonly deliveredAt: number | null;
  readonly deliveredSession: string | null;
  /** When a turn of that session began with it: for a later one the message is stale (DESIGN.md section 10). */
  readonly consumedAt: number | null;
  /** When its recipient said that it has taken it up. */
  readonly ackedAt: number | null;
  /** When its recipient put it away: it is in no inbox any more, and still in its thread. */
  readonly archivedAt: number | null;
  /** The group that it was sent to, such as `@crew`; null where it was sent to its recipient alone. */
  readonly toGroup: string | null;
}

/** Where a message is on its way: kept, told to a session, a turn began with it, read, taken up. */
export type MailState = 'accepted' | 'delivered' | 'consumed' | 'read' | 'acked';

/** The state that a message's facts say; the furthest counts. */
export function judgeMail(mail: Pick<Mail, 'deliveredAt' | 'consumedAt' | 'readAt' | 'ackedAt'>): MailState {
  if (mail.ackedAt !== null) return 'acked';
  if (mail.readAt !== null) return 'read';
  if (mail.consumedAt !== null) return 'consumed';
  return mail.deliveredAt === null ? 'accepted' : 'delivered';
}

const severities = ['critical', 'high', 'medium'] as const;
export type Severity = (typeof severities)[number];

/** A call for help that stays until somebody closes it. `incident` names what it is about, so that asking again adds nothing. */
export interface Escalation {
  readonly id: string;
  readonly severity: Severity;
  /** Whom it is meant for: an address, or `human`. */
  readonly target: string;
  readonly incident: string | null;
  readonly bead: string | null;
  readonly agent: string | null;
  readonly session: string | null;
  readonly author: string;
  readonly text: string;
  readonly createdAt: number;
  readonly ackedAt: number | null;
  readonly ackedBy: string | null;
  readonly closedAt: number | null;
}

export interface MailRow {
  id: string;
  thread: string;
  sender: string;
  recipient: string;
  subject: string;
  body: string;
  priority: number;
  session: string | null;
  sent_at: number;
  read_at: number | null;
  read_session: string | null;
  delivered_at: Generated<number | null>;
  delivered_session: Generated<string | null>;
  consumed_at: Generated<number | null>;
  acked_at: Generated<number | null>;
  archived_at: Generated<number | null>;
  to_group: Generated<string | null>;
}

export interface EscalationRow {
  id: string;
  severity: Severity;
  target: string;
  incident: string | null;
  bead: string | null;
  agent: string | null;
  session: string | null;
  author: string;
  text: string;
  created_at: number;
  acked_at: number | null;
  acked_by: string | null;
  closed_at: number | null;
}

declare module '#store/model' {
  interface Tables {
    mail: MailRow;
    escalations: EscalationRow;
    nudges: NudgeRow;
  }
}

/** A message from its row. */
export function readMailRow(row: Selectable<MailRow>): Mail {
  return {
    id: row.id,
    thread: row.thread,
    sender: row.sender,
    recipient: row.recipient,
    subject: row.subject,
    body: row.body,
    priority: row.priority,
    session: row.session,
    sentAt: row.sent_at,
    readAt: row.read_at,
    readSession: row.read_session,
    deliveredAt: row.delivered_at,
    deliveredSession: row.delivered_session,
    consumedAt: row.consumed_at,
    ackedAt: row.acked_at,
    archivedAt: row.archived_at,
    toGroup: row.to_group,
  };
}

/** An escalation from its row. */
export function readEscalation(row: EscalationRow): Escalation {
  return {
    id: row.id,
    severity: row.severity,
    target: row.target,
    incident: row.incident,
    bead: row.bead,
    agent: row.agent,
    session: row.session,
    author: row.author,
    text: row.text,
    createdAt: row.created_at,
    ackedAt: row.acked_at,
    ackedBy: row.acked_by,
    closedAt: row.closed_at,
  };
}

/** A severity from what a person types. */
export function readSeverity(value: string): Severity {
  const severity = severities.find((name) => name === value.trim().toLowerCase());
  if (severity === undefined) throw new Fault('invalid', `"${value}" is no severity`, { hint: `it is one of ${severities.join(', ')}` });
  return severity;
}
