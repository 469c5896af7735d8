import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { personalTownPath } from '#town';
import { sumOf } from './open-files.ts';

/** Whose words are archived: a runtime's name, and its own id of the conversation. */
export interface ArchiveKey {
  readonly runtime: string;
  readonly conversation: string;
}

/** Where the archive is: a person's, as transcripts are (`$XDG_DATA_HOME/baton/archive`). */
export function archiveRoot(env: Readonly<Record<string, string | undefined>>): string {
  return join(personalTownPath(env), 'archive');
}

/** The folder of one conversation's parts. */
export function archiveFolder(root: string, { runtime, conversation }: ArchiveKey): string {
  return join(root, nameOf(runtime), nameOf(conversation));
}

/** The parts of a conversation, in the order in which they were begun: each holds one file as its program wrote it, or rows of its database. */
export function listParts(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{4,}\.jsonl$/.test(name))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The path of a conversation's part, counted from 1. */
export function partPath(folder: string, nth: number): string {
  return join(folder, `${String(nth).padStart(4, '0')}.jsonl`);
}

const nameLengthMax = 120;

/** A name of a file for a text that came from outside: it never leaves its folder, and two texts have two names. */
function nameOf(text: string): string {
  const name = encodeURIComponent(text.toWellFormed()).replace(/^\./, '%2E');
  if (name === '') return '%';
  return name.length <= nameLengthMax ? name : `${name.slice(0, nameLengthMax)}~${text.length}~${sumOf(Buffer.from(text)).toString(16)}`;
}
