import type { LineReading } from '#runtimes/model';
import { emptyUsage, type UsageReading } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';
import { UsageCounter } from './usage-counter.ts';

/** The tokens that a transcript tells, read to its end: on from an earlier reading, anew where the transcript is another. Missing: none yet. */
export async function readUsage(request: Pick<Scan, 'path' | 'format' | 'conversation'> & { readonly from?: UsageReading | undefined }): Promise<UsageReading> {
  const { from, ...source } = request;
  let reading = from ?? emptyUsage;
  for (;;) {
    let known = reading;
    // Made for the first new record: often there is none, and a reading is long.
    let counter: UsageCounter | undefined;
    const onRewritten = () => {
      known = emptyUsage;
      counter = undefined;
    };
    const onRecord = (line: LineReading) => {
      counter ??= new UsageCounter(known);
      counter.add(line);
    };
    const scanned = await scanTranscript({ ...source, position: reading.position, onRewritten }, onRecord);
    if (scanned.kind === 'missing') return emptyUsage;
    const at = { position: scanned.position, badLineCount: known.badLineCount + scanned.badLineCount };
    reading = counter === undefined ? { ...known, ...at } : counter.reading(at.position, at.badLineCount);
    if (scanned.isAtEnd) return reading;
  }
}
