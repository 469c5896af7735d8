import type { LinesFormat } from '#runtimes/model';
import { matchParts } from './match-parts.ts';
import { closeFiles, openFiles } from './open-files.ts';
import type { Scan } from './scan-transcript.ts';

/** Where the words of a transcript lie, oldest first: its files and, of what is there no more, the archive's parts. A file holds all that its part does. */
export function listFiles(path: string | undefined, format: LinesFormat, parts: readonly string[]): Scan[] {
  const files = path === undefined ? [] : openFiles(path, format);
  const alone: LinesFormat = { kind: 'lines', readLine: format.readLine };
  try {
    return matchParts(parts, files).flatMap(({ part, file }) => {
      const found = file?.path ?? part;
      return found === undefined ? [] : [{ path: found, format: alone }];
    });
  } finally {
    closeFiles(files);
  }
}
