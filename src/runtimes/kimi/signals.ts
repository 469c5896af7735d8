import type { Descriptor, Signal, SignalAnswer, SignalReply, SignalReport } from '../contract.ts';
import { asFields, asText, type Fields, findFields } from '../json.ts';
import { readSignal as readHookInput } from '../runbook/signals.ts';

/** What the hooks report. Only the answer at a prompt reaches the model: the prime comes with the first one. */
export const reportedSignals = {
  kind: 'settings',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'],
  carriesContext: ['prompt'],
} as const satisfies Descriptor['signals'];

/**
 * The names are those of Claude Code, but for a prompt in parts, `StopFailure {error_type, error_message}` and the tokens that it tells at a
 * compaction. It never tells where the transcript lies.
 */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  const report = readHookInput(signal, stdinText);
  const fields = findFields(stdinText) ?? {};
  const prompt = readParts(fields.prompt);
  const tokens = [fields.token_count, fields.estimated_token_count].find((count) => typeof count === 'number' && count > 0);
  return {
    ...report,
    ...(prompt === '' ? {} : { prompt }),
    ...(fields.hook_event_name === 'PostCompact' ? { source: 'compact' as const } : {}),
    ...(typeof tokens === 'number' ? { context: { tokens } } : {}),
    ...readFailure(fields),
  };
}

function readParts(prompt: unknown): string {
  if (!Array.isArray(prompt)) return '';
  return prompt.flatMap((part) => asText(asFields(part)?.text) ?? []).join('\n');
}

function readFailure(fields: Fields): Pick<SignalReport, 'failure'> {
  if (fields.hook_event_name !== 'StopFailure') return {};
  return { failure: [asText(fields.error_type), asText(fields.error_message)].filter(Boolean).join(': ') || 'unknown' };
}

/** Answers in JSON, which no text of ours can be mistaken for. A stop is refused in the words in which a tool is. */
export function answer(signal: Signal, given: SignalAnswer): SignalReply | undefined {
  switch (given.kind) {
    case 'none':
      return { stdout: '', exitCode: 0 };
    case 'context':
      return signal === 'prompt' ? reply({ message: given.text }) : undefined;
    case 'continue':
      return signal === 'stop' ? deny(given.reason) : undefined;
    case 'deny':
      return signal === 'pre-tool' ? deny(given.reason) : undefined;
  }
}

function deny(reason: string): SignalReply {
  return reply({ hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: reason } });
}

function reply(output: object): SignalReply {
  return { stdout: JSON.stringify(output), exitCode: 0 };
}
