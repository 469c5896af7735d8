import type { LineReading, RowsFormat } from '#runtimes/model';
import type { RowsPosition } from './model.ts';
import { sumOf } from './open-files.ts';
import { openRows } from './open-rows.ts';
import type { OnRecord, Scan, Scanned } from './scan-transcript.ts';

/** A row as the query of a format gives it. */
export type Row = Readonly<Record<string, unknown>>;

type RowsScan = Scan & { readonly format: RowsFormat };

/** About how many bytes one call reads where nothing is said: each call sorts all that is not read yet. */
const defaultRowsBytesMax = 32 * 1024 * 1024;

/** What every `changed` comes after: smaller than each moment and each count, and than each text. */
const beforeAll = -1;

/**
 * See `scanTranscript`: the rows of one conversation in a program's database, by when they changed. All of a call is one read of the database, with no
 * turn for others in it, so that two never have the same file open at once: closing one would take the locks of the other.
 */
export async function scanRows(scan: RowsScan, onRecord: OnRecord): Promise<Scanned> {
  return readRows(scan, (row, changed) => {
    const reading = scan.format.readRow(row);
    if (reading !== undefined) onRecord(asRow(reading), { path: scan.path, changed });
    return reading !== undefined;
  });
}

/** The rows themselves; `onRow` answers whether it is one of the format's. */
export function readRows(scan: RowsScan, onRow: (row: Row, changed: number | string) => boolean): Scanned {
  const opened = openRows(scan.path);
  if (opened === undefined) return { kind: 'missing' };
  const { inode, rows, close } = opened;
  const goesOn = scan.position?.kind === 'rows' && scan.position.inode === inode;
  const isRewritten = scan.position !== undefined && !goesOn;
  if (isRewritten) scan.onRewritten?.();
  const cursor = new Cursor(goesOn ? scan.position : { kind: 'rows', offset: 0, changed: beforeAll, seen: [], inode });
  const bytesMax = cursor.offset + (scan.bytesMax ?? defaultRowsBytesMax);
  let badLineCount = 0;
  let isAtEnd = true;
  try {
    for (const row of rows(scan.format.query, [scan.conversation ?? '', cursor.changed])) {
      if (cursor.offset >= bytesMax) {
        isAtEnd = false;
        break;
      }
      const { changed } = row;
      const isPlaced = typeof changed === 'number' || typeof changed === 'string';
      if (isPlaced && !cursor.pass(row, changed)) continue;
      if (!isPlaced || !onRow(row, changed)) badLineCount += 1;
    }
  } finally {
    close();
  }
  return { kind: 'read', position: cursor.position(inode), badLineCount, isRewritten, isAtEnd };
}

/** Where a reader is among the rows: what came with the `changed` that it is at is known again. */
class Cursor {
  changed: number | string;
  offset: number;
  readonly #from: RowsPosition;
  #seen: Set<number> | undefined;
  #here: Row[] = [];

  constructor(from: RowsPosition) {
    this.changed = from.changed;
    this.offset = from.offset;
    this.#from = from;
    this.#seen = new Set(from.seen);
  }

  /** Goes on to a row; false for one that was read before. */
  pass(row: Row, changed: number | string): boolean {
    if (changed !== this.changed) {
      this.changed = changed;
      this.#here = [];
      this.#seen = undefined;
    } else if (this.#seen?.has(sumRow(row)) === true) return false;
    this.#here.push(row);
    this.offset += sizeOf(row);
    return true;
  }

  position(inode: number): RowsPosition {
    const before = this.#seen === undefined ? [] : this.#from.seen;
    return { kind: 'rows', offset: this.offset, changed: this.changed, seen: [...before, ...this.#here.map(sumRow)], inode };
  }
}

/** A row that comes again says its record anew. */
export function asRow(reading: LineReading): LineReading {
  return reading.change === undefined && reading.entries[0]?.id !== undefined ? { ...reading, change: { kind: 'same' } } : reading;
}

function sumRow(row: Row): number {
  return sumOf(Buffer.from(JSON.stringify(row)));
}

function sizeOf(row: Row): number {
  let size = 0;
  for (const name in row) {
    const value = row[name];
    size += typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
  }
  return size;
}
