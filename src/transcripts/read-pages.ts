import type { PlacedEntry } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';

/** Entries are handed out by about so many bytes of the transcript. */
const pageBytes = 1024 * 1024;

/** Every entry of these transcripts, one after the other, in pages; no page is empty. */
export async function* readPages(sources: readonly Scan[], bytesMax = pageBytes): AsyncGenerator<PlacedEntry[]> {
  for (const source of sources) {
    for (let scan: Scan | undefined = { ...source, bytesMax }; scan !== undefined; ) {
      const page: PlacedEntry[] = [];
      const scanned = await scanTranscript(scan, (line, place) => page.push(...line.entries.map((entry) => ({ ...entry, place }))));
      if (page.length > 0) yield page;
      scan = scanned.kind === 'read' && !scanned.isAtEnd ? { ...source, bytesMax, position: scanned.position } : undefined;
    }
  }
}
