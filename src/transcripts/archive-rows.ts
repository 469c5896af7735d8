import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fault } from '#host';
import { asFields, findFields, type LineReading, type LinesFormat, type RowsFormat } from '#runtimes/model';
import { nextPart } from './archive-lines.ts';
import { listParts, partPath } from './archive-paths.ts';
import type { Copied } from './archive-transcript.ts';
import type { RowsPosition } from './model.ts';
import { asRow, type Row, readRows } from './scan-rows.ts';

interface RowsRequest {
  readonly folder: string;
  readonly makeFolder: () => void;
  readonly path: string;
  readonly conversation: string;
  readonly format: RowsFormat;
  readonly bytesMax: number;
}

/** The line behind each batch of rows that says how far the database was read; no column has this name. */
const positionKey = '$position';
/** A batch is held whole before it is appended, so that its position stands behind all of it. */
const batchBytesMax = 8 * 1024 * 1024;
/** What stands for bytes in a row's line. */
const bytesKey = '$base64';

/**
 * See `archiveTranscript`. A row is a line of JSON; what was read up to stands behind each batch, so whoever was killed finds what he appended after
 * the last such line, and does not append it again.
 */
export function archiveRows({ folder, makeFolder, path, conversation, format, bytesMax }: RowsRequest): Copied {
  const parts = listParts(folder);
  const newest = parts.at(-1);
  const before = newest === undefined ? undefined : readArchivedPart(newest);
  const appended = new Set(before?.after);
  let part = newest;
  const lines: string[] = [];
  const onRewritten = () => {
    part = undefined;
    appended.clear();
  };
  const scanned = readRows({ path, format, conversation, position: before?.position, bytesMax: Math.min(bytesMax, batchBytesMax), onRewritten }, (row) => {
    const line = writeRow(row);
    if (!appended.delete(line)) lines.push(line);
    return true;
  });
  if (scanned.kind === 'missing') return scanned;
  const isTorn = part !== undefined && before?.isTorn === true;
  const isNothingNew = lines.length === 0 && before?.position !== undefined && part !== undefined && before.after.length === 0;
  if (isNothingNew || (lines.length === 0 && part === undefined)) return { kind: 'copied', bytes: 0, isAtEnd: scanned.isAtEnd };
  makeFolder();
  const to = part ?? partPath(folder, nextPart(parts));
  const text = `${isTorn ? '\n' : ''}${lines.map((line) => `${line}\n`).join('')}`;
  fault('archive.rows.before');
  appendFileSync(to, text, { mode: 0o600 });
  fault('archive.rows.appended');
  appendFileSync(to, `${JSON.stringify({ [positionKey]: scanned.position })}\n`, { mode: 0o600 });
  return { kind: 'copied', bytes: Buffer.byteLength(text), isAtEnd: scanned.isAtEnd };
}

/** What a part of rows says of how far it goes: the last position, the rows' lines behind it, and whether the last of them is torn. */
export function readArchivedPart(part: string): { position: RowsPosition | undefined; after: string[]; isTorn: boolean } {
  const fd = openSync(part, 'r');
  try {
    const { size } = fstatSync(fd);
    for (let length = Math.min(size, 64 * 1024); ; length = Math.min(size, length * 4)) {
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, size - length);
      const lines = bytes.toString('utf8').split('\n');
      const isTorn = lines.pop() !== '';
      const place = lines.findLastIndex((line) => line.startsWith(`{"${positionKey}":`));
      if (place > 0 || length === size) {
        const position = findFields(lines[place] ?? '')?.[positionKey] as RowsPosition | undefined;
        return { position, after: lines.slice(place + 1), isTorn };
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** How the lines of archived rows are read: as the rows that they were. */
export function archivedRows({ readRow }: RowsFormat): LinesFormat {
  const readLine = (line: string): LineReading | undefined => {
    const fields = findFields(line);
    if (fields === undefined) return undefined;
    if (positionKey in fields) return { entries: [] };
    const row = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, reviveBytes(value)]));
    const reading = readRow(row);
    return reading === undefined ? undefined : asRow(reading);
  };
  return { kind: 'lines', readLine };
}

function writeRow(row: Row): string {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? { [bytesKey]: Buffer.from(value).toString('base64') } : value,
  ]);
  return JSON.stringify(Object.fromEntries(fields));
}

function reviveBytes(value: unknown): unknown {
  const text = asFields(value)?.[bytesKey];
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
}
