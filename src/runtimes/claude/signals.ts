import type { Descriptor, Signal, SignalAnswer, SignalReply, SignalReport } from '../contract.ts';
import { asText, findFields } from '../json.ts';
import { readSignal as readHookInput } from '../runbook/signals.ts';
import { hookedEvents } from './hooks.ts';

/** What the program's settings report, and where an answer reaches the model. */
export const reportedSignals = {
  kind: 'settings',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'],
  carriesContext: ['start', 'prompt', 'pre-tool', 'post-tool'],
} as const satisfies Descriptor['signals'];

/**
 * The runbook speaks Claude Code's form. A turn that an error of the provider ended comes as `StopFailure {error, last_assistant_message}`: the class
 * of the error in one line, what the screen says in the next.
 */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  const report = readHookInput(signal, stdinText);
  const fields = findFields(stdinText);
  if (fields?.hook_event_name !== 'StopFailure') return report;
  return { ...report, failure: [asText(fields.error), asText(fields.last_assistant_message)].filter(Boolean).join('\n') || 'unknown' };
}

/** Answers in JSON, which no text of ours can be mistaken for. The event's name must be the one that asks, or the answer is refused. */
export function answer(signal: Signal, given: SignalAnswer): SignalReply | undefined {
  switch (given.kind) {
    case 'none':
      return { stdout: '', exitCode: 0 };
    case 'context':
      return takesContext.has(signal) ? special(signal, { additionalContext: given.text }) : undefined;
    case 'continue':
      return signal === 'stop' ? reply({ decision: 'block', reason: given.reason }) : undefined;
    case 'deny':
      return signal === 'pre-tool' ? special(signal, { permissionDecision: 'deny', permissionDecisionReason: given.reason }) : undefined;
  }
}

const takesContext: ReadonlySet<Signal> = new Set<Signal>(reportedSignals.carriesContext);

function special(signal: Signal, output: Readonly<Record<string, string>>): SignalReply {
  return reply({ hookSpecificOutput: { hookEventName: hookedEvents.find((hooked) => hooked.signal === signal)?.event, ...output } });
}

function reply(output: object): SignalReply {
  return { stdout: JSON.stringify(output), exitCode: 0 };
}
