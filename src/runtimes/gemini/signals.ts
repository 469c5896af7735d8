import type { Descriptor, Signal, SignalAnswer, SignalReply, SignalReport } from '../contract.ts';
import { readSignal as readHookInput } from '../runbook/signals.ts';
import { hookedEvents } from './hooks.ts';

/**
 * What the extension's hooks report, and where an answer reaches the model. That of a start does, but it does not wait for it before it sends the first
 * prompt: so the prime comes with the prompt.
 */
export const reportedSignals = {
  kind: 'settings',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'],
  carriesContext: ['prompt', 'post-tool'],
} as const satisfies Descriptor['signals'];

/**
 * The names are those of Claude Code. The start of a resumed conversation names a file that is not written; what comes after it goes on in the one
 * that the conversation had.
 */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  const { transcript, ...report } = readHookInput(signal, stdinText);
  return transcript === undefined || report.source === 'resume' ? report : { ...report, transcript };
}

/** Answers in JSON alone: plain text is shown to the person and never to the model. */
export function answer(signal: Signal, given: SignalAnswer): SignalReply | undefined {
  switch (given.kind) {
    case 'none':
      return { stdout: '', exitCode: 0 };
    case 'context':
      return takesContext.has(signal) ? reply({ hookSpecificOutput: { hookEventName: eventOf(signal), additionalContext: given.text } }) : undefined;
    case 'continue':
      return signal === 'stop' ? reply({ decision: 'deny', reason: given.reason }) : undefined;
    case 'deny':
      return signal === 'pre-tool' ? reply({ decision: 'deny', reason: given.reason }) : undefined;
  }
}

const takesContext: ReadonlySet<Signal> = new Set<Signal>(reportedSignals.carriesContext);

function eventOf(signal: Signal): string | undefined {
  return hookedEvents.find((hooked) => hooked.signal === signal)?.event;
}

function reply(output: object): SignalReply {
  return { stdout: JSON.stringify(output), exitCode: 0 };
}
