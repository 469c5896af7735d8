import type { Reader, Store } from '#store';

/** `already`: it was said before. `too-late`: the session was replaced meanwhile, and its successor has what there was (H3); nothing is kept. */
export type LateNoteAnswer = 'added' | 'already' | 'too-late';

/** Keeps what a session that has ended still wanted to hand over (S3). It writes as the agent, not from the session, whose life is over. */
export async function addLateNote(
  { store }: { store: Store },
  note: { handoff: string; session: string; agent: string; body: string },
): Promise<LateNoteAnswer> {
  return store.change<LateNoteAnswer>({ actor: note.agent, point: 'late-note' }, async (tx, at) => {
    const source = await tx.selectFrom('sessions').select('gone_at').where('id', '=', note.session).executeTakeFirst();
    const same = await tx.selectFrom('late_notes').select('id').where('handoff', '=', note.handoff).where('body', '=', note.body).limit(1).executeTakeFirst();
    if (same !== undefined) return { answer: 'already', events: [] };
    if (source?.gone_at !== null) return { answer: 'too-late', events: [] };
    await tx.insertInto('late_notes').values({ handoff: note.handoff, session: note.session, body: note.body, created_at: at }).execute();
    return { answer: 'added', events: [{ type: 'late_note_added', agent: note.agent, payload: { handoff: note.handoff, session: note.session } }] };
  });
}

/** The late notes of handoffs, in the order they came. */
export async function readLateNotes(reader: Reader, handoffs: readonly string[]): Promise<{ handoff: string; body: string }[]> {
  if (handoffs.length === 0) return [];
  return reader
    .selectFrom('late_notes')
    .select(['handoff', 'body'])
    .where('handoff', 'in', [...handoffs])
    .orderBy('id')
    .execute();
}
