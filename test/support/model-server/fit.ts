import type { OfferedTool, Reading } from './api.ts';
import { type Json, pick, pickList, pickText } from './json.ts';
import type { Answer, Step, ToolCall, Usage } from './step.ts';

/** Names of shell tools, those that take a whole line first: Claude Code, pi and opencode, Codex, Gemini, Kimi. */
const shells = ['Bash', 'bash', 'exec_command', 'shell_command', 'run_shell_command', 'Shell', 'shell', 'local_shell'];

/** A step as an answer to this request; throws where its shell command finds no shell tool, which is the test's mistake. */
export function fitStep(step: Step, { tools }: Reading, bodyBytes: number): Answer {
  const calls = [...(step.run === undefined ? [] : [callShell(step.run, tools)]), ...(step.calls ?? [])];
  const text = step.text ?? (calls.length > 0 ? '' : 'ok');
  return { text, calls, usage: { ...reckonUsage(bodyBytes), ...step.usage } };
}

/** Four bytes are a token, as good as it gets. */
export function reckonUsage(bodyBytes: number): Usage {
  return { input: Math.ceil(bodyBytes / 4), output: 20, cached: 0, cacheWrite: 0, reasoning: 0 };
}

function callShell(line: string, tools: readonly OfferedTool[]): ToolCall {
  const name = shells.find((one) => tools.some((tool) => tool.name === one));
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`none of the offered tools is a shell: ${tools.map((one) => one.name).join(', ')}`);
  const properties = pick(tool.schema, 'properties');
  const key = pick(properties, 'cmd') === undefined ? 'command' : 'cmd';
  const isList = /array/i.test(pickText(properties, key, 'type'));
  const others = pickList(tool.schema, 'required').flatMap((field) => (typeof field === 'string' && field !== key ? [field] : []));
  const filled = Object.fromEntries(others.map((field) => [field, fillSchema(pick(properties, field))]));
  return { name: tool.name, args: { ...filled, [key]: isList ? ['bash', '-lc', line] : line } };
}

/** A value that satisfies a JSON schema, the first of what may stand. */
export function fillSchema(schema: Json | undefined): Json {
  const choices = [...pickList(schema, 'enum'), ...pickList(schema, 'anyOf').map(fillSchema), ...pickList(schema, 'oneOf').map(fillSchema)];
  if (choices[0] !== undefined) return choices[0];
  const constant = pick(schema, 'const');
  if (constant !== undefined) return constant;
  const type = (pickText(schema, 'type') || pickText(schema, 'type', 0)).toLowerCase();
  if (type === 'string') return 'scripted';
  if (type === 'number' || type === 'integer') return (pick(schema, 'minimum') as number | undefined) ?? 1;
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  const properties = Object.entries((pick(schema, 'properties') ?? {}) as { [name: string]: Json });
  return Object.fromEntries(properties.map(([name, part]) => [name, fillSchema(part)]));
}
