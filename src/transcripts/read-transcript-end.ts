import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { TranscriptFormat } from '#runtimes/model';
import { addLine, emptyUsage, type PlacedEntry, type Position, type UsageReading } from './model.ts';
import { scanTranscript } from './scan-transcript.ts';

/** The last entries of a transcript, and the usage that its end tells: of that its newest turn is true, its totals are not. */
export interface TranscriptEnd {
  readonly entries: readonly PlacedEntry[];
  readonly usage: UsageReading;
}

/** The whole lines among a transcript's last `bytesMax` bytes; nothing of one that is missing, or whose last line alone is longer. */
export async function readTranscriptEnd(request: { path: string; format: TranscriptFormat; bytesMax: number }): Promise<TranscriptEnd> {
  const entries: PlacedEntry[] = [];
  let usage = emptyUsage;
  const position = findStart(request.path, request.bytesMax);
  if (position === undefined) return { entries, usage };
  await scanTranscript({ path: request.path, format: request.format, position, bytesMax: request.bytesMax }, (line, place) => {
    usage = addLine(usage, line);
    for (const entry of line.entries) entries.push({ ...entry, place });
  });
  return { entries, usage };
}

/** The beginning of the first line that lies whole in the last bytes; undefined where none does, and for a file that can't be opened. */
function findStart(path: string, bytesMax: number): Position | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    // Whoever tells of an end tells what there is: a transcript that is gone or unreadable is none.
    return undefined;
  }
  try {
    const { size, ino: inode } = fstatSync(file);
    if (size <= bytesMax) return { offset: 0, size, inode };
    const bytes = Buffer.alloc(bytesMax);
    const read = readSync(file, bytes, 0, bytesMax, size - bytesMax);
    const lineEnd = bytes.subarray(0, read).indexOf(0x0a);
    return lineEnd < 0 ? undefined : { offset: size - bytesMax + lineEnd + 1, size, inode };
  } finally {
    closeSync(file);
  }
}
