import { existsSync } from 'node:fs';
import type { LinesFormat, TranscriptFormat } from '#runtimes/model';
import { type ArchiveKey, archiveFolder, listParts } from './archive-paths.ts';
import { archivedRows, readArchived } from './archive-rows.ts';
import { matchParts } from './match-parts.ts';
import type { PlacedEntry } from './model.ts';
import { closeFiles, openFiles } from './open-files.ts';
import { activeOf, scanWhole } from './read-active.ts';
import type { OnRecord, Scan } from './scan-transcript.ts';

/** A conversation with all that is known of where its words are: the archive's root, and its transcript, which may be gone. */
export interface Conversation extends ArchiveKey {
  readonly archive: string;
  readonly path: string | undefined;
  readonly format: TranscriptFormat;
}

/**
 * Every record of a conversation, in order: what its transcript holds now, and before it what only the archive still has. Memory is bounded by one
 * record. Answers how many sources there were; 0 where nothing is left of it.
 */
export async function scanConversation(conversation: Conversation, onRecord: OnRecord): Promise<number> {
  const sources = listSources(conversation);
  for (const source of sources) await scanWhole(source, onRecord);
  return sources.length;
}

/** What the model still holds of it, or held at its end; see `readActive`. */
export async function readArchivedActive(conversation: Conversation): Promise<PlacedEntry[]> {
  return activeOf((onRecord) => scanConversation(conversation, onRecord).then(() => undefined), conversation.format.kind === 'rows');
}

function listSources(conversation: Conversation): Scan[] {
  const { format } = conversation;
  const parts = listParts(archiveFolder(conversation.archive, conversation));
  return format.kind === 'rows' ? listRows(conversation, parts) : listFiles(conversation.path, format, parts);
}

/** A file that is there is read itself: it holds all that its part does. */
function listFiles(path: string | undefined, format: LinesFormat, parts: readonly string[]): Scan[] {
  const files = path === undefined ? [] : openFiles(path, format);
  const alone: LinesFormat = { kind: 'lines', readLine: format.readLine };
  try {
    return matchParts(parts, files).flatMap(({ part, file }) => {
      const found = file?.path ?? part;
      return found === undefined ? [] : [{ path: found, format: alone }];
    });
  } finally {
    closeFiles(files);
  }
}

/** The archive has every version of a row that it saw; the database has what came since. */
function listRows({ path, conversation, format }: Conversation, parts: readonly string[]): Scan[] {
  if (format.kind !== 'rows') return [];
  const newest = parts.at(-1);
  const position = newest === undefined ? undefined : readArchived(newest).position;
  const archived = parts.map((part) => ({ path: part, format: archivedRows(format) }));
  return path !== undefined && existsSync(path) ? [...archived, { path, conversation, format, position }] : archived;
}
