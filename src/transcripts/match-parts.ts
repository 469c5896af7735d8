import { readSync } from 'node:fs';
import { closeFiles, openFile, type SourceFile } from './open-files.ts';

/** A part of the archive and the file whose beginning it holds; undefined where that is there no more, or not copied yet. */
export interface Match {
  readonly part: string | undefined;
  readonly file: SourceFile | undefined;
}

/** Compared at both ends of a part: records hold moments and ids, so two files that agree in both are one. */
const comparedBytes = 4096;

/**
 * Which file goes on in which part: the longest part that is the beginning of the file, whatever the file is called by now and whether it was written
 * anew. Parts come in their order, then the files that have none yet in theirs. Close the files, not the parts.
 */
export function matchParts(parts: readonly string[], files: readonly SourceFile[]): Match[] {
  const opened = parts.map((path) => ({ path, file: openFile(path) }));
  try {
    const owners = new Map<string, SourceFile>();
    const rest: Match[] = [];
    for (const file of files) {
      const fitting = opened.filter(({ path, file: part }) => part !== undefined && !owners.has(path) && isBeginningOf(part, file));
      const [longest] = fitting.sort((a, b) => (b.file?.size ?? 0) - (a.file?.size ?? 0));
      if (longest === undefined) rest.push({ part: undefined, file });
      else owners.set(longest.path, file);
    }
    return [...parts.map((part) => ({ part, file: owners.get(part) })), ...rest];
  } finally {
    closeFiles(opened.flatMap(({ file }) => file ?? []));
  }
}

function isBeginningOf(part: SourceFile, file: SourceFile): boolean {
  if (part.size > file.size) return false;
  const length = Math.min(comparedBytes, part.size);
  return [0, part.size - length].every((from) => readBytes(part, from, length).equals(readBytes(file, from, length)));
}

function readBytes({ fd }: SourceFile, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, from));
}
