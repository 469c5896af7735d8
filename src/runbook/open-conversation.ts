import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Chance, randomHex } from '#base';
import { asFields, asText, estimateTokens, findFields } from '#runtimes/model';
import type { Setup } from './read-setup.ts';

/** The conversation that a session plays: a fresh one, or one that it goes on with. */
export interface Conversation {
  readonly id: string;
  /** Its transcript, whichever session began it. */
  readonly path: string;
  readonly isResumed: boolean;
  /** What it holds already. */
  readonly contextTokens: number;
}

/** Enough for the fields that a record begins with. */
const headBytes = 512;

/** The conversation that the set-up names, where its transcript is still there; else a fresh one. */
export function openConversation({ chance }: { chance: Chance }, { folder, session, resume }: Pick<Setup, 'folder' | 'session' | 'resume'>): Conversation {
  const path = resume === undefined ? undefined : findTranscript(folder, resume);
  if (resume === undefined || path === undefined)
    return { id: randomHex(chance, 32), path: join(folder, `${session}.jsonl`), isResumed: false, contextTokens: 0 };
  return { id: resume, path, isResumed: true, contextTokens: countTokens(path) };
}

function findTranscript(folder: string, conversation: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return names.map((name) => join(folder, name)).find((path) => readHead(path).includes(`"session_id":${JSON.stringify(conversation)}`));
}

function readHead(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, headBytes, 0));
  } finally {
    closeSync(file);
  }
}

/** As they were counted when they were written; a line that a kill left torn was never seen. */
function countTokens(path: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.reduce((sum, line) => sum + estimateTokens(asText(asFields(findFields(line)?.message)?.content) ?? ''), 0);
}
