import { type Chance, Fault, shorten } from '#base';
import { addLateNote, findEndOf, getSession, readLateNotes, type Session } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { HandoffAnswer, HandoffRequest } from './hand-off.ts';

/**
 * What a session that has ended says beside its document is kept for the successor, once; after it was replaced it is brought to the successor as
 * a late note (S3, H3). Fault `conflict` where it left no document: its work was handed in.
 */
export async function answerAgain(deps: { store: Store; chance: Chance; by: Writer }, id: string, request: HandoffRequest): Promise<HandoffAnswer> {
  const { store, by } = deps;
  const end = await findEndOf(store.db, id);
  const session = await getSession(store.db, id);
  if (end === undefined) throw endedOtherwise(session, by);
  const said = [end.subject, end.document, end.notes, ...(await readLateNotes(store.db, [end.id])).map((note) => note.body)].join('\n');
  const body = selectNewWords(said, request);
  const kept = body === '' ? 'already' : await addLateNote(deps, { handoff: end.id, session: id, agent: session.agent, body });
  const about = { handoff: end.id, session: id };
  if (kept === 'added') return { kind: 'notes-added', ...about };
  return { kind: 'already', ...about, words: kept === 'brought' ? 'brought' : 'nothing-new' };
}

/** In the store's words where the session itself asks: a runtime knows by them that it is over. */
function endedOtherwise({ id, endReason }: Session, by: Writer): Fault {
  const why = endReason ?? 'replaced';
  const message = by.session === id ? `your session has ended (${why}); stop` : `session "${id}" has ended meanwhile (${why})`;
  return new Fault('conflict', message, { hint: 'leave everything as it is: the work is kept' });
}

/** Subject and notes where one of their lines was not said yet; empty where all were, as when a command is asked again whose answer was lost. */
function selectNewWords(said: string, { subject, notes }: HandoffRequest): string {
  const known = new Set(said.split('\n').map(toWords));
  const texts = [shorten(subject, 200), notes.trim()].filter((text) => text.split('\n').some((line) => toWords(line) !== '' && !known.has(toWords(line))));
  return texts.join('\n');
}

/** A line without what rendering changes; a heading is none of the words. */
function toWords(line: string): string {
  return line.startsWith('#') ? line.replace(/^#+\s*/, '') : line.trim();
}
