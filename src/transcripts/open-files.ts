import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '#base';
import type { LinesFormat } from '#runtimes/model';
import type { LinesPosition } from './model.ts';

/** A file of a transcript, open for reading, as large as it was when it was opened. */
export interface SourceFile {
  readonly path: string;
  readonly fd: number;
  readonly size: number;
  readonly inode: number;
}

/** Bytes before a position that are summed: the end of a record, which in every format holds a moment or an id. */
const markBytes = 64;

/**
 * The files of a transcript, those that it was rotated to first, each once; none where there is none. The file itself is opened before the others are
 * looked for, so that one that is rotated meanwhile is read under either name.
 */
export function openFiles(path: string, format: LinesFormat): SourceFile[] {
  const current = openFile(path);
  const files: SourceFile[] = [];
  try {
    for (const earlier of listEarlier(path, format)) {
      const file = openFile(earlier);
      if (file !== undefined) files.push(file);
    }
  } catch (error) {
    closeFiles(current === undefined ? files : [...files, current]);
    throw error;
  }
  if (current === undefined) return files;
  const twin = files.findIndex(({ inode }) => inode === current.inode);
  if (twin < 0) return [...files, current];
  closeFiles([current]);
  return files;
}

/** The paths of the files that hold what came before, oldest first. */
function listEarlier(path: string, { earlierFiles }: Pick<LinesFormat, 'earlierFiles'>): string[] {
  if (earlierFiles === undefined) return [];
  const folder = dirname(path);
  try {
    return earlierFiles(basename(path), readdirSync(folder)).map((name) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Opens a file for reading; undefined where there is none. */
export function openFile(path: string): SourceFile | undefined {
  try {
    const fd = openSync(path, 'r');
    const { size, ino: inode } = fstatSync(fd);
    return { path, fd, size, inode };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Fault('unavailable', `the transcript "${path}" can't be read: ${(error as NodeJS.ErrnoException).code}`, {
      hint: 'look at its permissions',
      cause: error,
    });
  }
}

export function closeFiles(files: readonly SourceFile[]): void {
  for (const { fd } of files) closeSync(fd);
}

/** The same inode, no shorter than it was, and with the same bytes before the offset: a file that was written anew has others there. */
export function isSameFile(file: SourceFile, position: LinesPosition): boolean {
  return position.inode === file.inode && file.size >= position.size && sumBefore(file, position.offset) === position.mark;
}

/** The position of an offset in a file. */
export function placeIn(file: SourceFile, offset: number): LinesPosition {
  return { kind: 'lines', offset, size: file.size, inode: file.inode, mark: sumBefore(file, offset) };
}

/** A sum over the bytes before an offset of a file. */
function sumBefore({ fd }: SourceFile, offset: number): number {
  const length = Math.min(markBytes, offset);
  const bytes = Buffer.alloc(length);
  const read = readSync(fd, bytes, 0, length, offset - length);
  return sumOf(bytes.subarray(0, read));
}

/** FNV-1a, 32 bits: enough to tell that bytes are others; nobody is to be kept from choosing them. */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
