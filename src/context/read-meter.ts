import type { ContextLimits, Runtime } from '#runtimes/model';
import { readUsage, type UsageReading } from '#transcripts';
import type { Meter } from './model.ts';
import { measure } from './rules.ts';

/** What to measure: the session's transcript as its runtime wrote it; `from` an earlier reading, to read on from there. */
export interface MeterRequest {
  readonly transcript: string;
  /** The runtime's own id of the conversation, by which it is found in a database of many. */
  readonly conversation?: string | undefined;
  readonly runtime: Pick<Runtime, 'descriptor' | 'transcript'>;
  /** The window in tokens, where a setting says other than the runtime's descriptor. */
  readonly window?: number | undefined;
  /** What the session's environment says of its context. */
  readonly limits?: ContextLimits | undefined;
  readonly from?: UsageReading | undefined;
}

/** Measures a session's context (C1), and hands back the reading that it stands on. A transcript that is not there yet measures 0 tokens. */
export async function readMeter(request: MeterRequest): Promise<{ meter: Meter; reading: UsageReading }> {
  const { transcript: path, conversation, runtime, window, limits, from } = request;
  const reading = await readUsage({ path, conversation, format: runtime.transcript, from });
  return { meter: measure(reading, { descriptor: runtime.descriptor, windowTokens: window, limits }), reading };
}
