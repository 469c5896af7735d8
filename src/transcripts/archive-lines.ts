import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { fault } from '#host';
import type { LinesFormat } from '#runtimes/model';
import { listParts, partPath } from './archive-paths.ts';
import type { Copied } from './archive-transcript.ts';
import { matchParts } from './match-parts.ts';
import { closeFiles, openFiles, type SourceFile } from './open-files.ts';

interface LinesRequest {
  readonly folder: string;
  readonly makeFolder: () => void;
  readonly path: string;
  readonly format: LinesFormat;
  readonly bytesMax: number;
}

const pieceBytes = 1024 * 1024;

/**
 * See `archiveTranscript`. A part is as long as what was copied of its file, so there is nothing to keep beside it: whoever was killed goes on at the
 * part's end, and two that copy at once write the same bytes to the same place.
 */
export async function archiveLines({ folder, makeFolder, path, format, bytesMax }: LinesRequest): Promise<Copied> {
  const files = openFiles(path, format);
  if (files.length === 0) return { kind: 'missing' };
  try {
    const parts = listParts(folder);
    let bytes = 0;
    let isAtEnd = true;
    for (const { part, file } of matchParts(parts, files)) {
      if (file === undefined || file.size === 0) continue;
      if (bytes >= bytesMax) return { kind: 'copied', bytes, isAtEnd: false };
      if (part === undefined) makeFolder();
      const to = part ?? partPath(folder, nextPart(parts));
      if (part === undefined) parts.push(to);
      const copied = await copyRest(file, to, part === undefined, bytesMax - bytes);
      bytes += copied.bytes;
      isAtEnd &&= copied.isAtEnd;
    }
    return { kind: 'copied', bytes, isAtEnd };
  } finally {
    closeFiles(files);
  }
}

/** The number after the newest part's. */
export function nextPart(parts: readonly string[]): number {
  const newest = parts.at(-1);
  return newest === undefined ? 1 : Number.parseInt(newest.slice(newest.lastIndexOf('/') + 1), 10) + 1;
}

async function copyRest(file: SourceFile, to: string, isNew: boolean, bytesMax: number): Promise<{ bytes: number; isAtEnd: boolean }> {
  if (isNew) fault('archive.part.before');
  const part = openSync(to, isNew ? 'wx' : 'r+', 0o600);
  try {
    const from = fstatSync(part).size;
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, file.size - from)));
    let at = from;
    while (at < file.size && at - from < bytesMax) {
      const bytesRead = readSync(file.fd, piece, 0, Math.min(piece.length, file.size - at), at);
      if (bytesRead === 0) break;
      fault('archive.copy.before');
      at += writeSync(part, piece, 0, bytesRead, at);
      fault('archive.copy.after');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { bytes: at - from, isAtEnd: at >= file.size };
  } finally {
    closeSync(part);
  }
}
