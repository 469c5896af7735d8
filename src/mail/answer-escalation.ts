import { Fault } from '#base';
import type { Changed, Reader, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { type Escalation, readEscalation } from './model.ts';

type Deps = { store: Store; by: Writer };
export type EscalationAnswer<K extends string> = { readonly kind: K | 'already'; readonly escalation: Escalation };

const last = '\u{10FFFF}';

/** Says that somebody has taken an escalation up. It stays open. `already` where somebody had, or it was closed. */
export async function ackEscalation({ store, by }: Deps, { escalation: id }: { escalation: string }): Promise<EscalationAnswer<'acked'>> {
  return store.change<EscalationAnswer<'acked'>>({ ...by, point: 'escalation.ack' }, async (tx, at) => {
    const escalation = await getEscalation(tx, id);
    if (escalation.ackedAt !== null || escalation.closedAt !== null) return { answer: { kind: 'already', escalation }, events: [] };
    await tx.updateTable('escalations').set({ acked_at: at, acked_by: by.actor }).where('id', '=', escalation.id).execute();
    return {
      answer: { kind: 'acked', escalation: { ...escalation, ackedAt: at, ackedBy: by.actor } },
      events: [{ type: 'escalation_acked', ...about(escalation) }],
    };
  });
}

/** Ends an escalation; its incident may be escalated anew. */
export async function closeEscalation({ store, by }: Deps, { escalation: id }: { escalation: string }): Promise<EscalationAnswer<'closed'>> {
  return store.change<EscalationAnswer<'closed'>>({ ...by, point: 'escalation.close' }, (tx, at) => closeEscalationRow(tx, at, { escalation: id }));
}

/** The same, inside a caller's transaction. */
export async function closeEscalationRow(tx: Tx, at: number, { escalation: id }: { escalation: string }): Promise<Changed<EscalationAnswer<'closed'>>> {
  const escalation = await getEscalation(tx, id);
  if (escalation.closedAt !== null) return { answer: { kind: 'already', escalation }, events: [] };
  await tx.updateTable('escalations').set({ closed_at: at }).where('id', '=', escalation.id).execute();
  return { answer: { kind: 'closed', escalation: { ...escalation, closedAt: at } }, events: [{ type: 'escalation_closed', ...about(escalation) }] };
}

/** Escalations, the gravest first and the oldest of those first; by default only open ones. */
export async function listEscalations(reader: Reader, { isOpenOnly = true }: { isOpenOnly?: boolean } = {}): Promise<Escalation[]> {
  const rows = reader.selectFrom('escalations').selectAll();
  // The severities happen to stand in the order of the alphabet.
  const ordered = (isOpenOnly ? rows.where('closed_at', 'is', null) : rows).orderBy('severity').orderBy('created_at').orderBy('id');
  return (await ordered.execute()).map(readEscalation);
}

async function getEscalation(reader: Reader, id: string): Promise<Escalation> {
  const rows = await reader.selectFrom('escalations').selectAll().where('id', '>=', id).where('id', '<', `${id}${last}`).orderBy('id').limit(20).execute();
  const found = rows.find((row) => row.id === id) ?? (rows.length === 1 && id !== '' ? rows[0] : undefined);
  if (found !== undefined) return readEscalation(found);
  if (rows.length > 1 && id !== '')
    throw new Fault('conflict', `"${id}" begins the ids of several escalations: ${rows.map((row) => row.id).join(', ')}`, {
      hint: 'type more of the id',
      details: { candidates: rows.map((row) => row.id) },
    });
  throw new Fault('not-found', `there is no escalation "${id}"`, { hint: '`baton escalate list` shows the open ones' });
}

function about({ id, agent, bead }: Escalation) {
  return { agent, bead, payload: { escalation: id } };
}
