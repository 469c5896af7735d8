import type { Reader, Store, Tx } from '#store';
import { readSessionRow, type Session } from './model.ts';

/** A conversation of a session whose words are not all in the archive yet. */
export interface KeptConversation {
  readonly session: Session;
  readonly conversation: string;
  readonly transcript: string;
  /** Nothing more is said in it: its program is proven gone, or had another conversation since. */
  readonly isOver: boolean;
}

/**
 * Notes the conversations that sessions of a host have by now, also of those that ended at `since` or later, so that what one had before a `clear` is not
 * forgotten with the next. Writes nothing where none is new.
 */
export async function noteConversations({ store }: { store: Store }, { host, since }: { host: string; since: number }): Promise<void> {
  if ((await listUnnoted(store.db, { host, since })).length === 0) return;
  await store.change({ actor: 'daemon', point: 'conversations.note' }, async (tx, at) => {
    const unnoted = await listUnnoted(tx, { host, since });
    for (const { agent: _, ...row } of unnoted) await noteRow(tx, at, row);
    const events = unnoted.map(({ session, agent, conversation }) => ({ type: 'conversation_noted', agent, payload: { session, conversation } }));
    return { answer: undefined, events };
  });
}

/** The conversations of a host's sessions that are to be archived, oldest first. */
export async function listUnarchived(reader: Reader, host: string): Promise<KeptConversation[]> {
  const rows = await reader
    .selectFrom('conversations')
    .innerJoin('sessions', 'sessions.id', 'conversations.session')
    .selectAll('sessions')
    .select(['conversations.conversation as noted', 'conversations.transcript as file'])
    .where('conversations.archived_at', 'is', null)
    .where('sessions.host', '=', host)
    .orderBy('conversations.began_at')
    .orderBy('sessions.id')
    .orderBy('conversations.conversation')
    .execute();
  return rows.map(({ noted, file, ...row }) => {
    const session = readSessionRow(row);
    return { session, conversation: noted, transcript: file, isOver: session.goneAt !== undefined || session.conversation !== noted };
  });
}

/** What conversations a session had, oldest first. */
export async function listConversations(reader: Reader, session: string): Promise<{ conversation: string; transcript: string }[]> {
  const noted = reader.selectFrom('conversations').select(['conversation', 'transcript']).where('session', '=', session);
  const rows = await noted.orderBy('began_at').orderBy('conversation').execute();
  return rows.map(({ conversation, transcript }) => ({ conversation, transcript }));
}

/** Records that all of a conversation that is over is in the archive, or that its transcript is gone (`isMissing`), so it is looked at no more. */
export async function archiveConversation({ store }: { store: Store }, kept: KeptConversation, { isMissing }: { isMissing: boolean }): Promise<void> {
  const { session, conversation } = kept;
  await store.change({ actor: 'daemon', point: 'conversation.archived' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('conversations')
      .set({ archived_at: at })
      .where('session', '=', session.id)
      .where('conversation', '=', conversation)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    const payload = { session: session.id, conversation, isMissing };
    return { answer: undefined, events: numUpdatedRows > 0n ? [{ type: 'conversation_archived', agent: session.agent, payload }] : [] };
  });
}

/** Sessions whose conversation is not noted, or with another transcript. A session that ended without its daemon may be among those that ended since. */
async function listUnnoted(reader: Reader, { host, since }: { host: string; since: number }) {
  const rows = await reader
    .selectFrom('sessions')
    .leftJoin('conversations', (join) =>
      join.onRef('conversations.session', '=', 'sessions.id').onRef('conversations.conversation', '=', 'sessions.conversation'),
    )
    .select(['sessions.id as session', 'sessions.agent', 'sessions.conversation', 'sessions.transcript', 'sessions.created_at as began_at'])
    .where('sessions.host', '=', host)
    .where((where) => where.or([where('sessions.ended_at', 'is', null), where('sessions.ended_at', '>=', since)]))
    .where((where) => where.or([where('conversations.transcript', 'is', null), where('conversations.transcript', '<>', where.ref('sessions.transcript'))]))
    .orderBy('sessions.id')
    .execute();
  return rows.flatMap(({ conversation, transcript, ...row }) => (conversation === null || transcript === null ? [] : [{ ...row, conversation, transcript }]));
}

/** The first conversation of a session began with it; a later one, about when it is noted. */
async function noteRow(tx: Tx, at: number, row: { session: string; conversation: string; transcript: string; began_at: number }): Promise<void> {
  const earlier = await tx.selectFrom('conversations').select('conversation').where('session', '=', row.session).limit(1).executeTakeFirst();
  await tx
    .insertInto('conversations')
    .values({ ...row, began_at: earlier === undefined ? row.began_at : at, archived_at: null })
    .onConflict((conflict) => conflict.columns(['session', 'conversation']).doUpdateSet({ transcript: row.transcript, archived_at: null }))
    .execute();
}
