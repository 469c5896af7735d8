import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Deps } from '../deps.ts';
import { daemonFiles } from '../reach-daemon.ts';
import { pause } from './pause.ts';

export type LogVerbs = ReturnType<typeof logVerbs>;

export interface LogQuery {
  /** How many of the newest lines come first. */
  readonly lines: number;
  /** Goes on with new lines until told to end. */
  readonly isFollowing: boolean;
}

/** A record of the log as the daemon wrote it; what is none, such as what a dying program said, is a message alone. */
export interface LogLine {
  /** When it was written, as `2026-11-21T09:30:05Z`. */
  readonly ts?: unknown;
  readonly level?: unknown;
  readonly message?: unknown;
  readonly [name: string]: unknown;
}

const lookMs = 200;
const pieceBytes = 64 * 1024;

/** The daemon's log. */
export function logVerbs(deps: Pick<Deps, 'paths'>) {
  const { log } = daemonFiles(deps.paths.run);
  return {
    path: log,
    read: (query: LogQuery, signal: AbortSignal) => readLog(log, query, signal),
  };
}

/** Records oldest first. A log that is made anew, or cut, is read from its beginning; half a line waits for its end. */
async function* readLog(path: string, { lines, isFollowing }: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
  let from = 0;
  let half = '';
  let isFirst = true;
  while (!signal.aborted) {
    const size = existsSync(path) ? statSync(path).size : 0;
    if (size < from) [from, half] = [0, ''];
    const text = half + readFrom(path, from, size);
    from = size;
    const found = text.split('\n');
    half = found.pop() ?? '';
    yield* (isFirst ? found.slice(Math.max(0, found.length - lines)) : found).map(readLine);
    isFirst = false;
    if (!isFollowing) return;
    await pause(lookMs, signal);
  }
}

function readLine(text: string): LogLine {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) return record as LogLine;
  } catch {
    // Not the daemon's own: whatever wrote it, it stays readable.
  }
  return { message: text };
}

function readFrom(path: string, from: number, to: number): string {
  if (to <= from) return '';
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.alloc(pieceBytes);
  const file = openSync(path, 'r');
  try {
    let text = '';
    for (let at = from; at < to; ) {
      const count = readSync(file, piece, 0, Math.min(pieceBytes, to - at), at);
      if (count === 0) break;
      text += decoder.write(piece.subarray(0, count));
      at += count;
    }
    return text;
  } finally {
    closeSync(file);
  }
}
