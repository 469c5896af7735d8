import type { Descriptor, Signal, SignalReport } from '../contract.ts';
import { asCount, asFields, asText, findFields } from '../json.ts';
import { present } from '../present.ts';
import { readSignal as readRunbooks } from '../runbook/signals.ts';

export { answer } from '../runbook/signals.ts';

/** What our extension reports, and where an answer reaches the model. */
export const reportedSignals = {
  kind: 'plugin',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'],
  carriesContext: ['start', 'prompt', 'pre-tool', 'post-tool'],
} as const satisfies Descriptor['signals'];

/** Our extension speaks the runbook's form, and tells besides why a turn failed and how full the context is: `{failure, context: {tokens, window}}`. */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  const report = readRunbooks(signal, stdinText);
  const fields = findFields(stdinText);
  const failure = signal === 'stop' ? asText(fields?.failure) : undefined;
  return { ...report, ...present({ failure, context: readContext(asFields(fields?.context)) }) };
}

function readContext(fields: ReturnType<typeof asFields>): SignalReport['context'] {
  const tokens = asCount(fields?.tokens);
  return tokens === undefined ? undefined : { tokens, ...present({ window: asCount(fields?.window) || undefined }) };
}
