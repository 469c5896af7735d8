import { isFault, shorten } from '#base';
import type { Settings } from '#config';
import { type Meter, measure } from '#context';
import { getRuntime } from '#runtimes';
import type { Session } from '#sessions';
import { readAddress } from '#town/model';
import { readTranscriptEnd } from '#transcripts';

/** The last part of a transcript that is looked at: enough for its newest turns, and read in a moment. */
const tailBytesMax = 64 * 1024;
const entryCountMax = 12;
const entryLengthMax = 240;

/** The meter as the newest turn tells it (of the growth only what these turns show), and the last that was said and done, a line each. */
export interface Recalled {
  readonly meter: Meter | undefined;
  readonly entries: readonly string[];
}

/** What the end of a session's transcript tells; nothing where there is none, or none that we can read. */
export async function recallTranscript(settings: Settings, session: Session): Promise<Recalled> {
  if (session.transcript === undefined) return { meter: undefined, entries: [] };
  const about = { rig: readAddress(session.agent)?.rig };
  try {
    const runtime = getRuntime(session.runtime, settings, about);
    const { transcript: path, conversation } = session;
    const { entries, usage } = await readTranscriptEnd({ path, conversation, format: runtime.transcript, bytesMax: tailBytesMax });
    const window = settings.get(`runtimes.${session.runtime}.window`, about);
    const told = entries.filter((entry) => entry.kind !== 'system' && entry.text.trim() !== '').slice(-entryCountMax);
    return {
      meter: usage.last === undefined ? undefined : measure(usage, { descriptor: runtime.descriptor, windowTokens: window, limits: session.launch.limits }),
      entries: told.map((entry) => `${entry.kind}: ${shorten(entry.text, entryLengthMax)}`),
    };
  } catch (error) {
    // A runtime that the settings do not describe any more wrote it.
    if (!isFault(error)) throw error;
    return { meter: undefined, entries: [] };
  }
}
