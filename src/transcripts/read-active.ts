import type { LineReading } from '#runtimes/model';
import type { Place, PlacedEntry } from './model.ts';
import { type PlannedRecord, pickActive, planRecord } from './rules.ts';
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

/** The same of whatever hands out all records, in the same order each time unless they are known by their ids. */
export async function activeOf(scan: (onRecord: OnRecord) => Promise<void>, isById = false): Promise<PlacedEntry[]> {
  const keyOf = ({ id }: PlannedRecord, index: number) => (isById && id !== undefined ? id : index);
  const planned: PlannedRecord[] = [];
  await scan((line) => {
    const record = planRecord(line);
    if (record !== undefined) planned.push(record);
  });
  const keys = pickActive(planned).map((index) => keyOf(planned[index] as PlannedRecord, index));
  const wanted = new Set(keys);
  const found = new Map<string | number, PlacedEntry[]>();
  let index = 0;
  await scan((line, place) => {
    const record = planRecord(line);
    if (record === undefined) return;
    const key = keyOf(record, index);
    if (wanted.has(key)) found.set(key, placed(line, place));
    index += 1;
  });
  return keys.flatMap((key) => found.get(key) ?? []);
}

/** Every record of a transcript, in as many calls as it takes. */
export async function scanWhole(source: Source, onRecord: OnRecord): Promise<void> {
  let scanned: Scanned = await scanTranscript(source, onRecord);
  while (scanned.kind === 'read' && !scanned.isAtEnd) scanned = await scanTranscript({ ...source, position: scanned.position }, onRecord);
}

function placed({ entries }: LineReading, place: Place): PlacedEntry[] {
  return entries.filter(({ subagent }) => subagent === undefined).map((entry) => ({ ...entry, place }));
}
