import type { PlacedEntry } from './model.ts';
import { editEntries, type PlannedRecord, pickActive, planRecords } from './rules.ts';
import { type OnRecord, type Scan, type Scanned, scanTranscript } from './scan-transcript.ts';

type Source = Pick<Scan, 'path' | 'format' | 'conversation'>;

/**
 * What the model still holds of a conversation, in its order. The transcript is read twice: once for the records' order, of which nothing but ids is
 * held, and once for the text of those that are active. Nothing where there is none.
 */
export async function readActive(source: Source): Promise<PlacedEntry[]> {
  // Rows come in another order when one of them was changed between the two readings; each has an id.
  return activeOf((onRecord) => scanWhole(source, onRecord), source.format.kind === 'rows');
}

/**
 * The same of whatever hands out all records, in the same order each time; or, where they come by when they changed and are known by their ids
 * (`isByChange`), in the order in which they were said.
 */
export async function activeOf(scan: (onRecord: OnRecord) => Promise<void>, isByChange = false): Promise<PlacedEntry[]> {
  const keyOf = ({ id }: PlannedRecord, index: number) => (isByChange && id !== undefined ? id : index);
  const planned: { readonly record: PlannedRecord; readonly key: string | number; readonly at: number }[] = [];
  let at = 0;
  await scan((line) => {
    for (const { record } of planRecords(line)) {
      at = record.at ?? at;
      planned.push({ record, key: keyOf(record, planned.length), at });
    }
  });
  if (isByChange) planned.sort((a, b) => a.at - b.at);
  const keyAt = (place: number) => planned[place]?.key ?? place;
  const held = pickActive(planned.map(({ record }) => record));
  const wanted = new Set(held.flatMap(({ index, editedBy }) => [keyAt(index), ...(editedBy === undefined ? [] : [keyAt(editedBy)])]));
  const found = new Map<string | number, PlacedEntry[]>();
  let index = 0;
  await scan((line, place) => {
    for (const { record, entries } of planRecords(line)) {
      const key = keyOf(record, index);
      if (wanted.has(key))
        found.set(
          key,
          entries.map((entry) => ({ ...entry, place })),
        );
      index += 1;
    }
  });
  const entriesAt = (place: number) => found.get(keyAt(place)) ?? [];
  return held.flatMap(({ index: place, editedBy }) => (editedBy === undefined ? entriesAt(place) : editEntries(entriesAt(place), entriesAt(editedBy))));
}

/** Every record of a transcript, in as many calls as it takes. */
export async function scanWhole(source: Source, onRecord: OnRecord): Promise<void> {
  let scanned: Scanned = await scanTranscript(source, onRecord);
  while (scanned.kind === 'read' && !scanned.isAtEnd) scanned = await scanTranscript({ ...source, position: scanned.position }, onRecord);
}
