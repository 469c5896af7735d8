import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptFormat } from '#runtimes/model';
import { personalTownPath } from '#town';
import { sumOf } from './open-files.ts';

/** Whose words are archived: a runtime's name, and its own id of the conversation. */
export interface ArchiveKey {
  readonly runtime: string;
  readonly conversation: string;
  /** The sub-agent of the conversation whose words these are; undefined for the conversation's own. */
  readonly subagent?: string | undefined;
}

/** A conversation with all that is known of where its words are: the archive's root, and its transcript, which may be gone. */
export interface Conversation extends ArchiveKey {
  readonly archive: string;
  readonly path: string | undefined;
  readonly format: TranscriptFormat;
}

/** Where the archive is: a person's, as transcripts are (`$XDG_DATA_HOME/baton/archive`). */
export function archiveRoot(env: Readonly<Record<string, string | undefined>>): string {
  return join(personalTownPath(env), 'archive');
}

/** The folder of one conversation's parts, or of one of its sub-agents'. */
export function archiveFolder(root: string, { runtime, conversation, subagent }: ArchiveKey): string {
  const folder = join(root, nameOf(runtime), nameOf(conversation));
  return subagent === undefined ? folder : join(folder, subagentsFolder, nameOf(subagent));
}

/** The folders of a conversation's sub-agents, with their names, which a very long one may be cut off of. */
export function listArchivedSubagents(root: string, { runtime, conversation }: ArchiveKey): { readonly name: string; readonly folder: string }[] {
  const all = join(archiveFolder(root, { runtime, conversation }), subagentsFolder);
  return listNames(all).map((name) => ({ name: decode(name), folder: join(all, name) }));
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The parts of a conversation, in the order in which they were begun: each holds one file as its program wrote it, or rows of its database. */
export function listParts(folder: string): string[] {
  return listNames(folder)
    .filter((name) => /^\d{4,}\.jsonl$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(folder, name));
}

/** What lies in a folder; nothing where there is none. */
function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The path of a conversation's part, counted from 1. */
export function partPath(folder: string, nth: number): string {
  return join(folder, `${String(nth).padStart(4, '0')}.jsonl`);
}

/** Beside a conversation's parts: a folder for each of its sub-agents. */
const subagentsFolder = 'subagents';

const nameLengthMax = 120;

/** A name of a file for a text that came from outside: it never leaves its folder, and two texts have two names. */
function nameOf(text: string): string {
  const name = encodeURIComponent(text.toWellFormed()).replace(/^\./, '%2E');
  if (name === '') return '%';
  return name.length <= nameLengthMax ? name : `${name.slice(0, nameLengthMax)}~${text.length}~${sumOf(Buffer.from(text)).toString(16)}`;
}
