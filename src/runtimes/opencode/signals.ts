import type { Descriptor, Signal, SignalReport } from '../contract.ts';
import { asFields, asText, findFields } from '../json.ts';
import { readSignal as readOwnSignal } from '../runbook/signals.ts';

export { answer } from '../runbook/signals.ts';

/** What our plugin reports, in the runbook's form, and where it brings an answer to the model. */
export const reportedSignals = {
  kind: 'plugin',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting'],
  carriesContext: ['start', 'prompt', 'pre-tool', 'post-tool'],
} as const satisfies Descriptor['signals'];

/** Why a turn failed comes with its stop. */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  const report = readOwnSignal(signal, stdinText);
  const failure = asText(asFields(findFields(stdinText))?.failure);
  return failure === undefined ? report : { ...report, failure };
}
