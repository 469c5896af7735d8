import type { LineReading, TranscriptFormat } from '#runtimes/model';
import { CopyMarker } from './mark-copies.ts';
import type { Place, Position } from './model.ts';
import { scanLines } from './scan-lines.ts';
import { scanRows } from './scan-rows.ts';

/** Which transcript to read, and how. Without `position` from its beginning. */
export interface Scan {
  readonly path: string;
  readonly format: TranscriptFormat;
  /** Whose rows to read, where the transcript is a database of many conversations. */
  readonly conversation?: string | undefined;
  readonly position?: Position | undefined;
  /** Stop at the first record's end past this many bytes. */
  readonly bytesMax?: number;
  /** A longer line is passed by and counted as bad. */
  readonly lineBytesMax?: number;
  /** Called before the first record where the transcript is not the one that the position was of. */
  readonly onRewritten?: () => void;
}

/**
 * `missing`: there is no such transcript (yet). `read`: every record up to `position` was handed out; `isRewritten` says that the transcript is not
 * the one that the position was of, so it was read from its beginning; `isAtEnd`, that nothing but a torn line is left.
 */
export type Scanned =
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly position: Position; readonly badLineCount: number; readonly isRewritten: boolean; readonly isAtEnd: boolean };

/** What gets each record's reading, with its place. */
export type OnRecord = (line: LineReading, place: Place) => void;

/** About how many bytes of files one call reads where nothing is said. */
export const defaultBytesMax = 8 * 1024 * 1024;

/**
 * Reads on in a transcript, handing each record's reading to `onRecord` with its place, oldest first. Never writes; memory is bounded by one record. Read
 * synchronously, because promises of files cost a hot command more than all the rest of its reading; others have their turn after each piece.
 */
export async function scanTranscript(scan: Scan, onRecord: OnRecord): Promise<Scanned> {
  const { format } = scan;
  let copies = new CopyMarker(scan.position?.copied);
  const take: OnRecord = (line, place) => onRecord(copies.mark(line), place);
  const onRewritten = () => {
    copies = new CopyMarker(undefined);
    scan.onRewritten?.();
  };
  const scanned = await (format.kind === 'rows' ? scanRows({ ...scan, format, onRewritten }, take) : scanLines({ ...scan, format, onRewritten }, take));
  return scanned.kind === 'missing' ? scanned : { ...scanned, position: copies.keep(scanned.position) };
}
