import { readSync } from 'node:fs';
import type { LinesFormat } from '#runtimes/model';
import { closeFiles, isSameFile, openFiles, placeIn, type SourceFile } from './open-files.ts';
import { defaultBytesMax, type OnRecord, type Scan, type Scanned } from './scan-transcript.ts';
import { type Line, LineSplitter } from './split-lines.ts';

type LinesScan = Scan & { readonly format: LinesFormat };

/** Read at once: large enough that a call costs nothing, small enough that others have their turn. */
const pieceBytes = 1024 * 1024;
/** Whole lines of 21 MB were seen (FIELD/transcripts.md 4.8). */
const defaultLineBytesMax = 64 * 1024 * 1024;

/** See `scanTranscript`: the files of a transcript, those that it was rotated to first. */
export async function scanLines(scan: LinesScan, onRecord: OnRecord): Promise<Scanned> {
  const files = openFiles(scan.path, scan.format);
  if (files.length === 0) return { kind: 'missing' };
  try {
    return await scanFiles(files, scan, onRecord);
  } finally {
    closeFiles(files);
  }
}

async function scanFiles(files: readonly SourceFile[], scan: LinesScan, onRecord: OnRecord): Promise<Scanned> {
  const { position } = scan;
  const found = position?.kind === 'lines' ? files.findIndex((file) => isSameFile(file, position)) : -1;
  const isRewritten = position !== undefined && found < 0;
  if (isRewritten) scan.onRewritten?.();
  const first = Math.max(0, found);
  let offset = found < 0 || position === undefined ? 0 : position.offset;
  let left = scan.bytesMax ?? defaultBytesMax;
  let badLineCount = 0;
  for (let index = first; ; index += 1) {
    const file = files[index] as SourceFile;
    const isLast = index === files.length - 1;
    const read = await scanFile(file, { offset, bytesMax: left, isLast }, scan, onRecord);
    badLineCount += read.badLineCount;
    left -= read.offset - offset;
    if (isLast || !read.isAtEnd || left <= 0)
      return { kind: 'read', position: placeIn(file, read.offset), badLineCount, isRewritten, isAtEnd: isLast && read.isAtEnd };
    offset = 0;
  }
}

interface Part {
  readonly offset: number;
  readonly bytesMax: number;
  /** What is torn at the end of a file that was rotated away gets no end any more. */
  readonly isLast: boolean;
}

async function scanFile(file: SourceFile, { offset, bytesMax, isLast }: Part, { format, lineBytesMax = defaultLineBytesMax }: LinesScan, onRecord: OnRecord) {
  const splitter = new LineSplitter(offset, lineBytesMax);
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, file.size - offset)));
  let badLineCount = 0;
  const take = (line: Line) => {
    const reading = line.text === undefined ? undefined : format.readLine(line.text);
    if (reading !== undefined) onRecord(reading, { path: file.path, offset: line.offset });
    else if (line.text?.trim() !== '') badLineCount += 1;
  };
  let at = offset;
  while (at < file.size && splitter.offset - offset < bytesMax) {
    const bytesRead = readSync(file.fd, piece, 0, Math.min(piece.length, file.size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
    splitter.split(piece.subarray(0, bytesRead), take);
    if (at < file.size) await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isLast && at >= file.size) splitter.flush(take);
  return { offset: splitter.offset, badLineCount, isAtEnd: at >= file.size };
}
