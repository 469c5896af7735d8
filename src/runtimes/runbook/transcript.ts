import type { Entry, EntryKind, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, findFields } from '../json.ts';

/**
 * A line of a runbook's transcript. `type` is whose words `message.content` holds; what was seen is what counts: of a tool's output the part
 * that was read, its whole being in `log`. The last record of a turn carries `usage`: `output_tokens` are the agent's own words of the turn
 * (its commands and its closing line), `input_tokens` everything else in the context so far; together they say how full the window is.
 */
export interface RunbookRecord {
  readonly type: EntryKind;
  readonly uuid: string;
  /** Moment in ms since 1970. */
  readonly at: number;
  /** The conversation's id. */
  readonly session_id: string;
  readonly message: { readonly role: 'system' | 'user' | 'assistant' | 'tool'; readonly content: string };
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
  /** Of a tool's result: how its command ended, and the file with its whole output. */
  readonly result?: { readonly exit_code: number | null; readonly outcome: string; readonly log: string };
}

const roles = { system: 'system', summary: 'system', user: 'user', assistant: 'assistant', 'tool-call': 'assistant', 'tool-result': 'tool' } as const;

/** The role that goes with a record's type. */
export function roleOf(kind: EntryKind): RunbookRecord['message']['role'] {
  return roles[kind];
}

/** One line of the transcript; undefined where it is none of ours. A type that a later version adds has no entry, and is no bad line. */
export function readLine(line: string): LineReading | undefined {
  const fields = findFields(line);
  const type = asText(fields?.type);
  if (fields === undefined || type === undefined) return undefined;
  const content = asFields(fields.message)?.content;
  const usage = readUsage(fields);
  const entries = isKind(type) && typeof content === 'string' ? [entry(type, content, fields)] : [];
  return usage === undefined ? { entries } : { entries, usage };
}

function isKind(type: string): type is EntryKind {
  return Object.hasOwn(roles, type);
}

function entry(kind: EntryKind, text: string, fields: Fields): Entry {
  const at = asCount(fields.at);
  const id = asText(fields.uuid);
  return { kind, text, ...(at === undefined ? {} : { at }), ...(id === undefined ? {} : { id }) };
}

function readUsage(fields: Fields): TurnUsage | undefined {
  const usage = asFields(fields.usage);
  const id = asText(fields.uuid);
  const inputTokens = asCount(usage?.input_tokens);
  const outputTokens = asCount(usage?.output_tokens);
  if (id === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  const at = asCount(fields.at);
  return { id, inputTokens, outputTokens, contextTokens: inputTokens + outputTokens, ...(at === undefined ? {} : { at }) };
}
