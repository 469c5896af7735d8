import type { TranscriptFormat } from '#runtimes/model';
import { addLine, emptyUsage, type UsageReading } from './model.ts';
import { scanTranscript } from './scan-transcript.ts';

/** The tokens that a transcript tells, read to its end: on from an earlier reading, anew where the file is another. Missing: none yet. */
export async function readUsage(request: {
  readonly path: string;
  readonly format: TranscriptFormat;
  readonly from?: UsageReading | undefined;
}): Promise<UsageReading> {
  let reading = request.from ?? emptyUsage;
  for (;;) {
    let fresh = emptyUsage;
    let added = reading;
    const scanned = await scanTranscript({ path: request.path, format: request.format, position: reading.position }, (line) => {
      fresh = addLine(fresh, line);
      added = addLine(added, line);
    });
    if (scanned.kind === 'missing') return emptyUsage;
    const whole = scanned.isRewritten ? fresh : added;
    reading = { ...whole, position: scanned.position, badLineCount: whole.badLineCount + scanned.badLineCount };
    if (scanned.isAtEnd) return reading;
  }
}
