import type { PlacedEntry, Position } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';

/** What was new in a transcript. Read on with `position`, at once unless `isAtEnd`. */
export type Tail =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'read';
      readonly entries: readonly PlacedEntry[];
      readonly position: Position;
      readonly badLineCount: number;
      /** The transcript is not the one that the position was of: these entries begin anew. */
      readonly isRewritten: boolean;
      readonly isAtEnd: boolean;
    };

/** The entries that came after a position, up to about `bytesMax` bytes of them (8 MB). A torn last line waits for its end. */
export async function readTranscriptTail(scan: Scan): Promise<Tail> {
  const entries: PlacedEntry[] = [];
  const scanned = await scanTranscript(scan, (line, place) => {
    for (const entry of line.entries) entries.push({ ...entry, place });
  });
  return scanned.kind === 'missing' ? scanned : { ...scanned, entries };
}
