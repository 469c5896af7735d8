import { Fault, shorten } from '#base';
import type { Descriptor, Signal, SignalAnswer, SignalReply, SignalReport, StartSource, ToolUse } from '../contract.ts';
import { startSources } from '../contract.ts';
import { asFields, asText, type Fields, findFields } from '../json.ts';
import { present } from '../present.ts';

/**
 * The shape of Claude Code's hooks, so that its adapter is a sibling of this one. In: `{session_id, transcript_path, cwd, source, prompt,
 * tool_name, tool_input, stop_hook_active}`. Out: nothing; plain text for the context; `{"decision":"block","reason"}` at a stop;
 * `{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason"}}` before a tool.
 */
export function readSignal(signal: Signal, stdinText: string): SignalReport {
  if (stdinText.trim() === '') return {};
  const fields = findFields(stdinText);
  if (fields === undefined) {
    throw new Fault('invalid', `the ${signal} signal's input "${shorten(stdinText, 60)}" is no JSON object`, {
      hint: 'give what the runtime prints, such as {"session_id":"…","cwd":"…"}, or nothing',
    });
  }
  return present({
    conversation: asText(fields.session_id),
    source: asSource(fields.source),
    transcript: asText(fields.transcript_path),
    cwd: asText(fields.cwd),
    prompt: asText(fields.prompt),
    tool: readTool(fields),
    isContinued: fields.stop_hook_active === true ? true : undefined,
  });
}

/** What the program tells with a signal: the text that `readSignal` reads. */
export function writeSignal(report: SignalReport): string {
  return JSON.stringify({
    session_id: report.conversation,
    transcript_path: report.transcript,
    cwd: report.cwd,
    source: report.source,
    prompt: report.prompt,
    tool_name: report.tool?.name,
    tool_input: report.tool?.input,
    stop_hook_active: report.isContinued,
  });
}

/** Our answer as the program obeys it: `continue` only at a stop, `deny` only before a tool, `context` wherever its turn goes on. */
export function answer(signal: Signal, given: SignalAnswer): SignalReply | undefined {
  switch (given.kind) {
    case 'none':
      return reply('');
    case 'context':
      return takesContext.has(signal) ? reply(contextText(given.text)) : undefined;
    case 'continue':
      return signal === 'stop' ? reply(JSON.stringify({ decision: 'block', reason: given.reason })) : undefined;
    case 'deny':
      return signal === 'pre-tool' ? reply(JSON.stringify({ hookSpecificOutput: denial(given.reason) })) : undefined;
  }
}

/** The answer in what `baton signal` printed: the other way of `answer`. Text that is no answer in JSON is context. */
export function readAnswer(signal: Signal, stdout: string): SignalAnswer {
  const text = stdout.trim();
  if (text === '') return { kind: 'none' };
  const fields = findFields(text);
  if (fields === undefined) return { kind: 'context', text };
  const special = asFields(fields.hookSpecificOutput);
  if (signal === 'stop' && fields.decision === 'block') return { kind: 'continue', reason: asText(fields.reason) ?? '' };
  if (signal === 'pre-tool' && special?.permissionDecision === 'deny') return { kind: 'deny', reason: asText(special.permissionDecisionReason) ?? '' };
  return { kind: 'context', text: asText(special?.additionalContext) ?? text };
}

/** What our own programs report by themselves. */
export const ownSignals = {
  kind: 'own',
  reported: ['start', 'prompt', 'pre-tool', 'post-tool', 'stop', 'waiting', 'end'],
  carriesContext: ['start', 'prompt', 'pre-tool', 'post-tool'],
} as const satisfies Descriptor['signals'];

const takesContext: ReadonlySet<Signal> = new Set<Signal>(ownSignals.carriesContext);

function reply(stdout: string): SignalReply {
  return { stdout, exitCode: 0 };
}

/** Plain, unless it could be taken for an answer in JSON. */
function contextText(text: string): string {
  return text.trimStart().startsWith('{') ? JSON.stringify({ hookSpecificOutput: { additionalContext: text } }) : text;
}

function denial(reason: string) {
  return { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason };
}

function asSource(value: unknown): StartSource | undefined {
  return startSources.find((source) => source === value);
}

function readTool(fields: Fields): ToolUse | undefined {
  const name = asText(fields.tool_name);
  if (name === undefined) return undefined;
  const input = asFields(fields.tool_input) ?? {};
  return present({ name, input, command: asText(input.command) });
}
