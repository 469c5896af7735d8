import { existsSync } from 'node:fs';
import { archiveFolder, type Conversation, listParts } from './archive-paths.ts';
import { archivedRows, readArchivedPart } from './archive-rows.ts';
import { listFiles } from './list-files.ts';
import type { PlacedEntry } from './model.ts';
import { activeOf, readActive, scanWhole } from './read-active.ts';
import { readPages } from './read-pages.ts';
import { listBegunSubagents } from './read-subagents.ts';
import type { OnRecord, Scan } from './scan-transcript.ts';

/**
 * Every entry of a conversation, in order and in pages: what its transcript holds now, and before it what only the archive still has (the archive view).
 * What a sub-agent wrote into a file of its own stands whole where it began. Memory is bounded by a page. No page where nothing is left of it.
 */
export async function* readArchived(conversation: Conversation): AsyncGenerator<PlacedEntry[]> {
  const waiting = await listBegunSubagents(conversation);
  for (const source of listSources(conversation)) {
    for await (let page of readPages([source])) {
      for (let [next] = waiting; next !== undefined; [next] = waiting) {
        const { beganAt, sources } = next;
        const place = page.findIndex(({ at }) => at !== undefined && at > beganAt);
        if (place < 0) break;
        if (place > 0) yield page.slice(0, place);
        yield* readPages(sources);
        page = page.slice(place);
        waiting.shift();
      }
      yield page;
    }
  }
  for (const { sources } of waiting) yield* readPages(sources);
}

/** Every record of a conversation itself, in the same order. */
export async function scanConversation(conversation: Conversation, onRecord: OnRecord): Promise<void> {
  for (const source of listSources(conversation)) await scanWhole(source, onRecord);
}

/**
 * What the model still holds of a conversation, or held at its end; see `readActive`. Of a database that is there its rows as they are now, since one that
 * was deleted says nothing of that.
 */
export async function readArchivedActive(conversation: Conversation): Promise<PlacedEntry[]> {
  const { path, format } = conversation;
  const isByChange = format.kind === 'rows';
  const now = isByChange && path !== undefined && existsSync(path) ? await readActive({ ...conversation, path }) : [];
  return now.length > 0 ? now : activeOf((onRecord) => scanConversation(conversation, onRecord), isByChange);
}

function listSources(conversation: Conversation): Scan[] {
  const { format } = conversation;
  const parts = listParts(archiveFolder(conversation.archive, conversation));
  return format.kind === 'rows' ? listRows(conversation, parts) : listFiles(conversation.path, format, parts);
}

/** The archive has every version of a row that it saw; the database has what came since. */
function listRows({ path, conversation, format }: Conversation, parts: readonly string[]): Scan[] {
  if (format.kind !== 'rows') return [];
  const newest = parts.at(-1);
  const position = newest === undefined ? undefined : readArchivedPart(newest).position;
  const archived = parts.map((part) => ({ path: part, format: archivedRows(format) }));
  return path !== undefined && existsSync(path) ? [...archived, { path, conversation, format, position }] : archived;
}
