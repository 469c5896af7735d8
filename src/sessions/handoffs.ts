import { type Chance, newId } from '#base';
import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { type Handoff, readHandoffRow } from './model.ts';
import type { Unheard } from './rules.ts';

/** A handoff to be recorded; the document is whole. */
export type NewHandoff = Pick<
  Handoff,
  'kind' | 'isPlanned' | 'reason' | 'sourceSession' | 'targetAgent' | 'subject' | 'document' | 'writtenBy' | 'preservedRef'
> & {
  readonly targetSession?: string | undefined;
  readonly evidence?: Handoff['evidence'];
  readonly notes?: string;
  readonly wip?: { readonly branch: string; readonly commit: string } | undefined;
};

/** Records a handoff inside a change, as newer than all that its session wrote before, whatever the clock says; answers its id. */
export async function writeHandoffRow({ chance }: { chance: Chance }, tx: Tx, at: number, handoff: NewHandoff): Promise<string> {
  const id = newId(chance, 'ho');
  const earlier = tx.selectFrom('handoffs').select(({ fn }) => fn.max('created_at').as('at'));
  const { at: earlierAt } = await earlier.where('source_session', '=', handoff.sourceSession).executeTakeFirstOrThrow();
  await tx
    .insertInto('handoffs')
    .values({
      id,
      kind: handoff.kind,
      is_planned: handoff.isPlanned ? 1 : 0,
      reason: handoff.reason,
      source_session: handoff.sourceSession,
      target_session: handoff.targetSession ?? null,
      target_agent: handoff.targetAgent ?? null,
      subject: handoff.subject,
      document: handoff.document,
      written_by: handoff.writtenBy,
      preserved_ref: handoff.preservedRef ?? null,
      evidence: JSON.stringify(handoff.evidence ?? {}),
      notes: handoff.notes ?? '',
      wip_branch: handoff.wip?.branch ?? null,
      wip_commit: handoff.wip?.commit ?? null,
      created_at: earlierAt === null ? at : Math.max(at, Number(earlierAt) + 1),
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

/** Every handoff that these sessions wrote, of each kind, oldest first. */
export async function listHandoffsFrom(reader: Reader, sessions: readonly string[]): Promise<Handoff[]> {
  if (sessions.length === 0) return [];
  const rows = reader
    .selectFrom('handoffs')
    .selectAll()
    .where('source_session', 'in', [...sessions]);
  return (await rows.orderBy('created_at').orderBy('id').execute()).map(readHandoffRow);
}

/** The handoff that ended a session. */
export async function findEndOf(reader: Reader, session: string): Promise<Handoff | undefined> {
  const row = await reader.selectFrom('handoffs').selectAll().where('source_session', '=', session).where('kind', '=', 'end').executeTakeFirst();
  return row === undefined ? undefined : readHandoffRow(row);
}

/** The newest save of a session, which a later document of it and its short prime start from (H5). */
export async function findNewestSave(reader: Reader, session: string): Promise<Handoff | undefined> {
  const rows = reader.selectFrom('handoffs').selectAll().where('source_session', '=', session).where('kind', '=', 'save');
  const row = await rows.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readHandoffRow(row);
}

/** What a session saved and gave to others while it lived, oldest first. */
export async function listLeftBy(reader: Reader, session: string): Promise<Handoff[]> {
  const rows = reader.selectFrom('handoffs').selectAll().where('source_session', '=', session).where('kind', '<>', 'end');
  return (await rows.orderBy('created_at').orderBy('id').execute()).map(readHandoffRow);
}

/** The newest document of any end for an agent, received or not. */
export async function findNewestEnd(reader: Reader, agent: string): Promise<Handoff | undefined> {
  const rows = reader.selectFrom('handoffs').selectAll().where('target_agent', '=', agent).where('kind', '=', 'end');
  const row = await rows.orderBy('created_at', 'desc').orderBy('id').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readHandoffRow(row);
}

/** Every end whose document was left for an agent, newest first, received or not. */
export async function listEndsFor(reader: Reader, agent: string): Promise<Handoff[]> {
  const rows = await reader
    .selectFrom('handoffs')
    .selectAll()
    .where('kind', '=', 'end')
    .where('target_agent', '=', agent)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(readHandoffRow);
}

/** A handoff by its id. */
export async function findHandoff(reader: Reader, id: string): Promise<Handoff | undefined> {
  const row = await reader.selectFrom('handoffs').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : readHandoffRow(row);
}

/** Marks what a prime showed as delivered to a session, once. One that an earlier generation died with is delivered anew, to this one. */
export async function deliverHandoffRows(
  tx: Tx,
  at: number,
  { session, agent, handoffs }: { session: string; agent: string; handoffs: readonly string[] },
): Promise<NewEvent[]> {
  if (handoffs.length === 0) return [];
  const { numUpdatedRows } = await tx
    .updateTable('handoffs')
    .set({ target_session: session, delivered_at: at })
    .where('id', 'in', [...handoffs])
    .where((row) => row.or([row('target_session', 'is', null), row('target_session', '<>', session)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'handoff_delivered', agent, payload: { session, handoffs } }] : [];
}

/**
 * A turn of the session began, or ended with what was brought to it meanwhile: everything delivered to it is received (H2), but for transfers whose
 * answer was `unheard`: these are told again (H11).
 */
export async function consumeHandoffRows(tx: Tx, at: number, session: { session: string; agent: string; unheard?: Unheard | undefined }): Promise<NewEvent[]> {
  const { unheard } = session;
  let rows = tx
    .updateTable('handoffs')
    .set({ consumed_at: at })
    .where('target_session', '=', session.session)
    .where('delivered_at', 'is not', null)
    .where('consumed_at', 'is', null);
  if (unheard !== undefined)
    rows = rows.where((row) =>
      row.or([
        row('kind', '<>', 'transfer'),
        row('delivered_at', '<', unheard.from),
        ...(unheard.to === undefined ? [] : [row('delivered_at', '>=', unheard.to)]),
      ]),
    );
  const { numUpdatedRows } = await rows.executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'handoff_received', agent: session.agent, payload: { session: session.session } }] : [];
}

/** Something was done because no turn began with a document (H7): its successor was nudged or restarted, or a person was called. */
export async function markReceiptRow(tx: Tx, at: number, { handoff, what }: { handoff: string; what: 'nudged' | 'restarted' | 'escalated' }): Promise<void> {
  await tx
    .updateTable('handoffs')
    .set({ [`receipt_${what}_at` as const]: at })
    .where('id', '=', handoff)
    .execute();
}

/** Nobody will go on from an agent's documents any more: its assignment is over. Keeps them, so that they can be read. */
export async function retireHandoffRows(tx: Tx, at: number, agent: string): Promise<void> {
  await tx.updateTable('handoffs').set({ consumed_at: at }).where('target_agent', '=', agent).where('consumed_at', 'is', null).execute();
}
