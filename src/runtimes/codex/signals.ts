import type { Descriptor, Signal, SignalAnswer, SignalReply } from '../contract.ts';
import { hookedEvents } from './hooks.ts';

/** Codex tells what Claude Code tells, and the runbook after it. */
export { readSignal } from '../runbook/signals.ts';

/** What the launch's hooks report, and where an answer reaches the model. */
export const reportedSignals = {
  kind: 'settings',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'],
  carriesContext: ['start', 'prompt', 'pre-tool', 'post-tool'],
  failsUntold: true,
} as const satisfies Descriptor['signals'];

const takesContext: ReadonlySet<Signal> = new Set<Signal>(reportedSignals.carriesContext);

/** Answers in JSON: plain text reaches the model at two signals only, and could be taken for JSON. The event's name must be the one that asks. */
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

function special(signal: Signal, output: Readonly<Record<string, string>>): SignalReply {
  return reply({ hookSpecificOutput: { hookEventName: hookedEvents.find((hooked) => hooked.signal === signal)?.event, ...output } });
}

function reply(output: object): SignalReply {
  return { stdout: JSON.stringify(output), exitCode: 0 };
}
