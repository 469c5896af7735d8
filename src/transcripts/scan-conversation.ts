import { existsSync } from 'node:fs';
import type { LinesFormat, TranscriptFormat } from '#runtimes/model';
import { type ArchiveKey, archiveFolder, listParts } from './archive-paths.ts';
import { archivedRows, readArchivedPart } from './archive-rows.ts';
import { matchParts } from './match-parts.ts';
import type { PlacedEntry } from './model.ts';
import { closeFiles, openFiles } from './open-files.ts';
import { activeOf, scanWhole } from './read-active.ts';
import { type OnRecord, type Scan, scanTranscript } from './scan-transcript.ts';

/** A conversation with all that is known of where its words are: the archive's root, and its transcript, which may be gone. */
export interface Conversation extends ArchiveKey {
  readonly archive: string;
  readonly path: string | undefined;
  readonly format: TranscriptFormat;
}

/** Entries are handed out by about so many bytes of the transcript. */
const pageBytes = 1024 * 1024;

/**
 * Every entry of a conversation, in order and in pages: what its transcript holds now, and before it what only the archive still has (the archive view).
 * Memory is bounded by a page. No page where nothing is left of it.
 */
export async function* readArchived(conversation: Conversation): AsyncGenerator<PlacedEntry[]> {
  for (const source of listSources(conversation)) {
    for (let scan: Scan | undefined = { ...source, bytesMax: pageBytes }; scan !== undefined; ) {
      const page: PlacedEntry[] = [];
      const scanned = await scanTranscript(scan, (line, place) => page.push(...line.entries.map((entry) => ({ ...entry, place }))));
      if (page.length > 0) yield page;
      scan = scanned.kind === 'read' && !scanned.isAtEnd ? { ...source, bytesMax: pageBytes, position: scanned.position } : undefined;
    }
  }
}

/** Every record of a conversation, in the same order. */
export async function scanConversation(conversation: Conversation, onRecord: OnRecord): Promise<void> {
  for (const source of listSources(conversation)) await scanWhole(source, onRecord);
}

/** What the model still holds of a conversation, or held at its end; see `readActive`. */
export async function readArchivedActive(conversation: Conversation): Promise<PlacedEntry[]> {
  return activeOf((onRecord) => scanConversation(conversation, onRecord), conversation.format.kind === 'rows');
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
  const position = newest === undefined ? undefined : readArchivedPart(newest).position;
  const archived = parts.map((part) => ({ path: part, format: archivedRows(format) }));
  return path !== undefined && existsSync(path) ? [...archived, { path, conversation, format, position }] : archived;
}
