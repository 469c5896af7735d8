import { ensureDir } from '#host';
import type { TranscriptFormat } from '#runtimes/model';
import { archiveLines } from './archive-lines.ts';
import { type ArchiveKey, archiveFolder } from './archive-paths.ts';
import { archiveRows } from './archive-rows.ts';

/** What to copy, and where to: `archive` is the archive's root. */
export interface ArchiveRequest extends ArchiveKey {
  readonly archive: string;
  readonly path: string;
  readonly format: TranscriptFormat;
  /** About how many bytes one call copies, 32 MB by default. */
  readonly bytesMax?: number;
}

/** `missing`: there is no such transcript; what was archived of it stays. `copied`: so many bytes; `isAtEnd` says that all is archived by now. */
export type Copied = { readonly kind: 'missing' } | { readonly kind: 'copied'; readonly bytes: number; readonly isAtEnd: boolean };

const defaultBytesMax = 32 * 1024 * 1024;

/**
 * Copies what is new of a transcript into the archive (DESIGN.md S7): raw, after what is there, each byte or row once. What a file held that was rotated
 * away or written anew stays. A copy that was cut off goes on where it stopped. Files are 0600.
 */
export async function archiveTranscript({ archive, format, bytesMax = defaultBytesMax, ...request }: ArchiveRequest): Promise<Copied> {
  const folder = archiveFolder(archive, request);
  const makeFolder = () => {
    ensureDir(archive, 0o700);
    ensureDir(folder, 0o700);
  };
  return format.kind === 'rows'
    ? archiveRows({ ...request, folder, makeFolder, format, bytesMax })
    : archiveLines({ ...request, folder, makeFolder, format, bytesMax });
}
