import { emptyUsage, type UsageReading } from './model.ts';
import { type Scan, scanTranscript } from './scan-transcript.ts';
import { UsageCounter } from './usage-counter.ts';

/** The tokens that a transcript tells, read to its end: on from an earlier reading, anew where the transcript is another. Missing: none yet. */
export async function readUsage(request: Pick<Scan, 'path' | 'format' | 'conversation'> & { readonly from?: UsageReading | undefined }): Promise<UsageReading> {
  const { from, ...source } = request;
  let reading = from ?? emptyUsage;
  for (;;) {
    let counter = new UsageCounter(reading);
    const onRewritten = () => {
      counter = new UsageCounter(emptyUsage);
    };
    const scanned = await scanTranscript({ ...source, position: reading.position, onRewritten }, (line) => counter.add(line));
    if (scanned.kind === 'missing') return emptyUsage;
    reading = counter.reading(scanned.position, (scanned.isRewritten ? 0 : reading.badLineCount) + scanned.badLineCount);
    if (scanned.isAtEnd) return reading;
  }
}
