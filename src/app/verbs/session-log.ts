import { Fault } from '#base';
import { getRuntime } from '#runtimes';
import { getSession, listConversations, type Session } from '#sessions';
import { readAddress } from '#town/model';
import { archiveRoot, type Conversation, type PlacedEntry, readArchived, readArchivedActive } from '#transcripts';
import type { Deps } from '../deps.ts';

/** Which entries: only what the model still holds, or held last (`isActive`); only the newest so many. */
export interface LogQuery {
  readonly isActive?: boolean | undefined;
  readonly last?: number | undefined;
}

/** An entry of a session's log, with the conversation that it is of. */
export type LoggedEntry = PlacedEntry & { readonly conversation: string };

/**
 * What a session said and was told, oldest first, of every conversation that it had: from the transcripts, and from the archive where those are gone or
 * were written anew. A pure read. Fault `not-found` where nothing is left.
 */
export async function* readLog(deps: Deps, id: string, { isActive = false, last }: LogQuery): AsyncGenerator<LoggedEntry> {
  const session = await getSession(deps.store.db, id);
  let isEmpty = true;
  const entries = readEntries(await conversationsOf(deps, session), isActive);
  for await (const entry of last === undefined ? entries : newestOf(entries, last)) {
    isEmpty = false;
    yield entry;
  }
  if (isEmpty) throw nothingLeft(session);
}

async function* readEntries(conversations: readonly Conversation[], isActive: boolean): AsyncGenerator<LoggedEntry> {
  for (const each of isActive ? conversations.slice(-1) : conversations) {
    const { conversation } = each;
    const pages = isActive ? [await readArchivedActive(each)] : readArchived(each);
    // Some records hold no words: others follow them.
    for await (const page of pages) for (const entry of page) if (entry.text.trim() !== '') yield { ...entry, conversation };
  }
}

/** The conversations of a session, oldest first; the one that it has now may not be noted yet. */
async function conversationsOf(deps: Deps, session: Session): Promise<Conversation[]> {
  const { transcript: format } = getRuntime(session.runtime, deps.settings, { rig: readAddress(session.agent)?.rig ?? null });
  const noted = await listConversations(deps.store.db, session.id);
  const { conversation, transcript } = session;
  const isNoted = noted.some((each) => each.conversation === conversation);
  const all: { conversation: string; transcript: string | undefined }[] =
    conversation === undefined || isNoted ? noted : [...noted, { conversation, transcript }];
  return all.map((each) => ({ archive: archiveRoot(deps.env), runtime: session.runtime, conversation: each.conversation, path: each.transcript, format }));
}

async function* newestOf(entries: AsyncIterable<LoggedEntry>, count: number): AsyncGenerator<LoggedEntry> {
  let newest: LoggedEntry[] = [];
  for await (const entry of entries) {
    newest.push(entry);
    if (newest.length > 2 * count) newest = newest.slice(-count);
  }
  yield* newest.slice(-count);
}

function nothingLeft({ id, transcript }: Session): Fault {
  return transcript === undefined
    ? new Fault('not-found', `no conversation of "${id}" is known`, { hint: `\`baton sessions logs ${id} --screen\` shows its last screen` })
    : new Fault('not-found', `nothing is left of the conversation of "${id}"`, { hint: `its transcript was "${transcript}", and nothing of it was archived` });
}
