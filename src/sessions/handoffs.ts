import { type Chance, newId } from '#base';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { type Checkpoint, type Handoff, readCheckpointRow, readHandoffRow } from './model.ts';

/** A handoff to be recorded; the document is whole. */
export type NewHandoff = Pick<Handoff, 'kind' | 'isPlanned' | 'reason' | 'sourceSession' | 'targetAgent' | 'subject' | 'document' | 'writtenBy' | 'preservedRef'>;

/** Records a handoff inside a change; answers its id. */
export async function writeHandoffRow({ chance }: { chance: Chance }, tx: Tx, at: number, handoff: NewHandoff): Promise<string> {
  const id = newId(chance, 'ho');
  await tx
    .insertInto('handoffs')
    .values({
      id,
      kind: handoff.kind,
      is_planned: handoff.isPlanned ? 1 : 0,
      reason: handoff.reason,
      source_session: handoff.sourceSession,
      target_agent: handoff.targetAgent ?? null,
      subject: handoff.subject,
      document: handoff.document,
      written_by: handoff.writtenBy,
      preserved_ref: handoff.preservedRef ?? null,
      created_at: at,
    })
    .execute();
  return id;
}

/**
 * The ends that an agent's session is to know of, newest first: those that nobody has had a turn with yet (H6), and those that it received
 * itself, because every full prime of the receiver shows them (P7).
 */
export async function listHandoffsFor(reader: Reader, receiver: { agent: string; session: string }): Promise<Handoff[]> {
  const rows = await reader
    .selectFrom('handoffs')
    .selectAll()
    .where('kind', '=', 'end')
    .where((row) => row.or([row.and([row('target_agent', '=', receiver.agent), row('consumed_at', 'is', null)]), row('target_session', '=', receiver.session)]))
    .where('source_session', '<>', receiver.session)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(readHandoffRow);
}

/** The handoff that ended a session. */
export async function findEndOf(reader: Reader, session: string): Promise<Handoff | undefined> {
  const row = await reader.selectFrom('handoffs').selectAll().where('source_session', '=', session).where('kind', '=', 'end').executeTakeFirst();
  return row === undefined ? undefined : readHandoffRow(row);
}

/** Marks what a prime showed as delivered to a session. One that an earlier generation died with is delivered again, to this one. */
export async function deliverHandoffRows(tx: Tx, at: number, delivery: { session: string; agent: string; handoffs: readonly string[] }): Promise<NewEvent[]> {
  if (delivery.handoffs.length === 0) return [];
  await tx
    .updateTable('handoffs')
    .set((row) => ({ target_session: delivery.session, delivered_at: row.fn.coalesce('delivered_at', row.val(at)) }))
    .where('id', 'in', [...delivery.handoffs])
    .execute();
  return [{ type: 'handoff_delivered', agent: delivery.agent, payload: { session: delivery.session, handoffs: delivery.handoffs } }];
}

/** A turn of the session began: everything delivered to it is received (H2). */
export async function consumeHandoffRows(tx: Tx, at: number, session: { session: string; agent: string }): Promise<NewEvent[]> {
  const { numUpdatedRows } = await tx.updateTable('handoffs').set({ consumed_at: at }).where('target_session', '=', session.session).where('consumed_at', 'is', null).executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'handoff_received', agent: session.agent, payload: { session: session.session } }] : [];
}

/** Nobody will go on from an agent's documents any more: its assignment is over. Keeps them, so that they can be read. */
export async function retireHandoffRows(tx: Tx, at: number, agent: string): Promise<void> {
  await tx.updateTable('handoffs').set({ consumed_at: at }).where('target_agent', '=', agent).where('consumed_at', 'is', null).execute();
}

/** Keeps what a replaced session still wanted to hand over (S3). It writes as the agent, not from the session, whose life is over. */
export async function addLateNote({ store }: { store: Store }, note: { handoff: string; session: string; agent: string; body: string }): Promise<void> {
  await store.change({ actor: note.agent, point: 'late-note' }, async (tx, at) => {
    await tx.insertInto('late_notes').values({ handoff: note.handoff, session: note.session, body: note.body, created_at: at }).execute();
    return { answer: undefined, events: [{ type: 'late_note_added', agent: note.agent, payload: { handoff: note.handoff, session: note.session } }] };
  });
}

/** The late notes of handoffs, in the order they came. */
export async function readLateNotes(reader: Reader, handoffs: readonly string[]): Promise<{ handoff: string; body: string }[]> {
  if (handoffs.length === 0) return [];
  return reader.selectFrom('late_notes').select(['handoff', 'body']).where('handoff', 'in', [...handoffs]).orderBy('id').execute();
}

/** The newest checkpoint of an agent. */
export async function findCheckpoint(reader: Reader, agent: string): Promise<Checkpoint | undefined> {
  const row = await reader.selectFrom('checkpoints').selectAll().where('agent', '=', agent).orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readCheckpointRow(row);
}
