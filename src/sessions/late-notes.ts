import type { Chance } from '#base';
import { shorten } from '#base';
import { queueNudgeRow } from '#mail';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent } from '#store/model';

/** A nudge shows the beginning of a long note; the successor's prime and `sessions show` have all of it. */
const shownLengthMax = 2000;

/** What a session that has ended still wanted to hand over, for the document of its end. */
interface LateNote {
  readonly handoff: string;
  readonly session: string;
  readonly agent: string;
  readonly body: string;
}

/**
 * Keeps what a session that has ended still wanted to hand over (S3): until it is replaced its successor's prime shows it (`added`); afterwards it is
 * brought to the successor as well (`brought`). `already`: it was said before. It writes as the agent, not from the session, whose life is over.
 */
export async function addLateNote({ store, chance }: { store: Store; chance: Chance }, note: LateNote): Promise<'added' | 'brought' | 'already'> {
  return store.change<'added' | 'brought' | 'already'>({ actor: note.agent, point: 'late-note' }, async (tx, at) => {
    const same = await tx.selectFrom('late_notes').select('id').where('handoff', '=', note.handoff).where('body', '=', note.body).limit(1).executeTakeFirst();
    if (same !== undefined) return { answer: 'already', events: [] };
    await tx.insertInto('late_notes').values({ handoff: note.handoff, session: note.session, body: note.body, created_at: at }).execute();
    const isLate = await isReplaced(tx, note);
    const nudged = isLate ? await nudgeSuccessor(tx, at, { chance, note }) : [];
    const added: NewEvent = { type: 'late_note_added', agent: note.agent, payload: { handoff: note.handoff, session: note.session, isBrought: isLate } };
    return { answer: isLate ? 'brought' : 'added', events: [added, ...nudged] };
  });
}

/**
 * True where a successor may have been told already: it was delivered the document, or nothing keeps its program from running any more, which is
 * recorded only after it began, and it may have read its prime by then.
 */
async function isReplaced(tx: Tx, { handoff, session, agent }: LateNote): Promise<boolean> {
  const source = await tx.selectFrom('sessions').select('gone_at').where('id', '=', session).executeTakeFirst();
  if (source?.gone_at === null) return false;
  const { delivered_at } = await tx.selectFrom('handoffs').select('delivered_at').where('id', '=', handoff).executeTakeFirstOrThrow();
  const live = await tx.selectFrom('sessions').select('id').where('agent', '=', agent).where('ended_at', 'is', null).executeTakeFirst();
  return delivered_at !== null || live !== undefined;
}

async function nudgeSuccessor(tx: Tx, at: number, { chance, note }: { chance: Chance; note: LateNote }): Promise<readonly NewEvent[]> {
  const body = `Late note of ${note.session}, which handed off to you (${note.handoff}; all of it: baton sessions show ${note.session}):\n${shortenLines(note.body)}`;
  const evidence = { handoff: note.handoff, session: note.session };
  return (await queueNudgeRow(tx, at, { agent: note.agent, reason: 'late-note', body, evidence, chance, by: { actor: note.agent } })).events;
}

function shortenLines(text: string): string {
  return text.length <= shownLengthMax ? text : `${shorten(text.slice(0, shownLengthMax), shownLengthMax)} […]`;
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
