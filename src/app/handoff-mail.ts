import type { Mail } from '#mail/model';
import { findHandoff, getSession, type Handoff, listEndsFor } from '#sessions';
import type { Reader } from '#store';

/** A handoff is mail to its receiver too: a view of its row, no second text (H2). It counts as read when a turn of the receiver began with it. */
export async function listHandoffMail(reader: Reader, request: { address: string; isUnreadOnly?: boolean | undefined }): Promise<Mail[]> {
  const handoffs = await listEndsFor(reader, request.address);
  return Promise.all(handoffs.filter((handoff) => request.isUnreadOnly !== true || handoff.consumedAt === undefined).map((handoff) => toMail(reader, handoff)));
}

/** The mail of a handoff's id; undefined for any other id. Reading it marks nothing: only a turn receives a handoff. */
export async function findHandoffMail(reader: Reader, id: string): Promise<Mail | undefined> {
  const handoff = id.startsWith('ho-') ? await findHandoff(reader, id) : undefined;
  return handoff === undefined ? undefined : toMail(reader, handoff);
}

async function toMail(reader: Reader, handoff: Handoff): Promise<Mail> {
  const source = await getSession(reader, handoff.sourceSession);
  return {
    id: handoff.id,
    thread: handoff.id,
    sender: source.agent,
    recipient: handoff.targetAgent ?? source.agent,
    subject: handoff.isPlanned ? handoff.subject : `recovery: ${handoff.subject}`,
    body: handoff.document,
    priority: 1,
    session: handoff.sourceSession,
    sentAt: handoff.createdAt,
    readAt: handoff.consumedAt ?? null,
    readSession: handoff.targetSession ?? null,
    deliveredAt: handoff.deliveredAt ?? null,
    deliveredSession: handoff.targetSession ?? null,
    consumedAt: handoff.consumedAt ?? null,
    ackedAt: handoff.consumedAt ?? null,
    archivedAt: null,
    toGroup: null,
  };
}
