import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Fault } from '#base';
import type { LineReading, LinesFormat, TranscriptFormat } from '#runtimes/model';
import type { Place, Position } from './model.ts';
import { LineSplitter } from './split-lines.ts';

/** Which transcript to read, and how. Without `position` from its beginning. */
export interface Scan {
  readonly path: string;
  readonly format: TranscriptFormat;
  readonly position?: Position | undefined;
  /** Stop at the first line's end past this many bytes. */
  readonly bytesMax?: number;
  /** A longer line is passed by and counted as bad. */
  readonly lineBytesMax?: number;
}

/**
 * `missing`: there is no such file (yet). `read`: every line up to `position` was handed out; `isRewritten` says that the file is not the one
 * that the position was of, so it was read from its beginning; `isAtEnd`, that nothing but a torn line is left.
 */
export type Scanned =
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly position: Position; readonly badLineCount: number; readonly isRewritten: boolean; readonly isAtEnd: boolean };

const pieceBytes = 256 * 1024;
const defaultBytesMax = 8 * 1024 * 1024;
/** Whole lines of 21 MB were seen (FIELD/transcripts.md 4.8). */
const defaultLineBytesMax = 64 * 1024 * 1024;

/**
 * Reads on in a transcript, handing each line's reading to `onLine` with its place. Never writes; memory is bounded by one line. Read synchronously,
 * because promises of files cost a hot command more than all the rest of its reading; others have their turn after each piece.
 */
export async function scanTranscript(scan: Scan, onLine: (line: LineReading, place: Place) => void): Promise<Scanned> {
  const { format } = scan;
  if (format.kind === 'rows') throw new Fault('unsupported', `the transcript "${scan.path}" is a database, which is not read line by line`);
  const file = openTranscript(scan.path);
  if (file === undefined) return { kind: 'missing' };
  try {
    return await scanFile(file, { ...scan, format }, onLine);
  } finally {
    closeSync(file);
  }
}

async function scanFile(file: number, scan: Scan & { readonly format: LinesFormat }, onLine: (line: LineReading, place: Place) => void): Promise<Scanned> {
  const { size, ino: inode } = fstatSync(file);
  const goesOn = scan.position !== undefined && isSameFile(file, { size, inode }, scan.position);
  const start = goesOn ? (scan.position?.offset ?? 0) : 0;
  const splitter = new LineSplitter(start, scan.lineBytesMax ?? defaultLineBytesMax);
  const end = start + (scan.bytesMax ?? defaultBytesMax);
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, size - start)));
  let badLineCount = 0;
  let at = start;
  while (at < size && splitter.offset < end) {
    const bytesRead = readSync(file, piece, 0, Math.min(piece.length, size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
    for (const line of splitter.split(piece.subarray(0, bytesRead))) {
      if (line.text?.trim() === '') continue;
      const reading = line.text === undefined ? undefined : scan.format.readLine(line.text);
      if (reading === undefined) badLineCount += 1;
      else onLine(reading, { path: scan.path, offset: line.offset });
    }
    if (at < size) await new Promise((resolve) => setImmediate(resolve));
  }
  const position = { offset: splitter.offset, size, inode };
  return { kind: 'read', position, badLineCount, isRewritten: scan.position !== undefined && !goesOn, isAtEnd: at >= size };
}

function openTranscript(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Fault('unavailable', `the transcript "${path}" can't be read: ${code}`, { hint: 'look at its permissions', cause: error });
  }
}

/** The same inode, no shorter than it was, and still with a line's end before the offset: a file that was written anew has none there. */
function isSameFile(file: number, now: { size: number; inode: number }, position: Position): boolean {
  if (position.inode !== now.inode || now.size < position.size) return false;
  if (position.offset === 0) return true;
  const before = Buffer.alloc(1);
  return readSync(file, before, 0, 1, position.offset - 1) === 1 && before[0] === 0x0a;
}
