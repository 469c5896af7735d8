import { Fault, shorten } from '#base';
import type { Reader } from '#store';
import { listBeads } from './list-beads.ts';
import type { Bead } from './model.ts';

/** A bead that holds the text, with the place (`title`, `body`, `note`) and the words around it. */
export interface BeadMatch {
  readonly bead: Bead;
  readonly where: 'title' | 'body' | 'note';
  readonly excerpt: string;
}

/** Characters around what was found. */
const around = 60;

/**
 * Beads whose title, body or notes hold the text, without regard to case; ordered as `listBeads` does. The store is no search engine (S9: no `like`, no
 * full text), so this looks through all of it in code, some 10 ms for ten thousand beads; the derived index takes over where that is too slow.
 */
export async function searchBeads(reader: Reader, { text, limit }: { text: string; limit?: number | undefined }): Promise<BeadMatch[]> {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') throw new Fault('invalid', 'there is nothing to search for', { hint: 'give a word or a part of one' });
  const beads = await listBeads(reader);
  const notes = Map.groupBy(await reader.selectFrom('bead_notes').select(['bead', 'body']).orderBy('id').execute(), ({ bead }) => bead);
  const matches = beads.flatMap((bead) => {
    const places = [
      { where: 'title', text: bead.title } as const,
      { where: 'body', text: bead.body } as const,
      ...(notes.get(bead.id) ?? []).map((note) => ({ where: 'note', text: note.body }) as const),
    ];
    const found = places.find((place) => place.text.toLowerCase().includes(wanted));
    return found === undefined ? [] : [{ bead, where: found.where, excerpt: excerptOf(found.text, wanted) }];
  });
  return limit === undefined ? matches : matches.slice(0, limit);
}

function excerptOf(text: string, wanted: string): string {
  const start = Math.max(0, text.toLowerCase().indexOf(wanted) - around);
  return `${start > 0 ? '…' : ''}${shorten(text.slice(start), wanted.length + 2 * around)}`;
}
