import { readSync } from 'node:fs';
import { isFault } from '#base';
import type { LineReading, LinesFormat } from '#runtimes/model';
import { emptyUsage, type LinesPosition, type Place, type PlacedEntry, type UsageReading } from './model.ts';
import { closeFiles, openFiles, placeIn, type SourceFile } from './open-files.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';
import { UsageCounter } from './usage-counter.ts';

/** The last entries of a transcript, and the usage that its end tells: of that its newest turn is true, its totals are not. */
export interface TranscriptEnd {
  readonly entries: readonly PlacedEntry[];
  readonly usage: UsageReading;
}

/** Whoever tells of an end tells what there is: a transcript that is gone or unreadable is none. */
const nothing: TranscriptEnd = { entries: [], usage: emptyUsage };

/**
 * The whole records among a transcript's last `bytesMax` bytes; nothing of one that is missing, or whose last record alone is longer. A database is read
 * from the conversation's beginning, and what is older is let go.
 */
export async function readTranscriptEnd(request: Pick<Scan, 'path' | 'format' | 'conversation'> & { bytesMax: number }): Promise<TranscriptEnd> {
  const { format } = request;
  try {
    return format.kind === 'rows' ? await readEndOfRows(request) : await readEndOfLines({ ...request, format });
  } catch (error) {
    if (!isFault(error, 'unavailable')) throw error;
    return nothing;
  }
}

async function readEndOfLines({ bytesMax, ...source }: Pick<Scan, 'path'> & { format: LinesFormat; bytesMax: number }): Promise<TranscriptEnd> {
  const position = findStart(source, bytesMax);
  if (position === undefined) return nothing;
  const entries: PlacedEntry[] = [];
  const counter = new UsageCounter(emptyUsage);
  const scanned = await scanTranscript({ ...source, position, bytesMax: bytesMax * 2 }, (line, place) => {
    counter.add(line);
    for (const entry of line.entries) entries.push({ ...entry, place });
  });
  return { entries, usage: counter.reading(scanned.kind === 'read' ? scanned.position : undefined, 0) };
}

async function readEndOfRows({ bytesMax, ...source }: Parameters<typeof readTranscriptEnd>[0]): Promise<TranscriptEnd> {
  const counter = new UsageCounter(emptyUsage);
  let held: { line: LineReading; place: Place; size: number }[] = [];
  let size = 0;
  const take = (line: LineReading, place: Place) => {
    counter.add(line);
    const own = line.entries.reduce((sum, { text }) => sum + text.length, 0);
    held.push({ line, place, size: own });
    size += own;
    while (size > bytesMax) size -= held.shift()?.size ?? size;
    if (held.length > 10_000) held = held.slice(-5_000);
  };
  for (let scan: Scan = source; ; ) {
    const scanned = await scanTranscript(scan, take);
    if (scanned.kind === 'missing') return nothing;
    if (scanned.isAtEnd) {
      const entries = held.flatMap(({ line, place }) => line.entries.map((entry) => ({ ...entry, place })));
      return { entries, usage: counter.reading(scanned.position, 0) };
    }
    scan = { ...source, position: scanned.position };
  }
}

/** The beginning of the first line that lies whole in the last bytes, in the file where they begin; undefined where none does. */
function findStart({ path, format }: { path: string; format: LinesFormat }, bytesMax: number): LinesPosition | undefined {
  const files = openFiles(path, format);
  try {
    let left = bytesMax;
    for (const file of files.toReversed()) {
      if (file.size > left) return startIn(file, file.size - left);
      left -= file.size;
    }
    const [first] = files;
    return first === undefined ? undefined : placeIn(first, 0);
  } finally {
    closeFiles(files);
  }
}

function startIn(file: SourceFile, from: number): LinesPosition | undefined {
  const bytes = Buffer.alloc(file.size - from);
  const read = readSync(file.fd, bytes, 0, bytes.length, from);
  const lineEnd = bytes.subarray(0, read).indexOf(0x0a);
  return lineEnd < 0 ? undefined : placeIn(file, from + lineEnd + 1);
}
