import type { Entry, EntryKind, LineReading } from '../contract.ts';
import { asCount, asFields, asText, type Fields } from '../json.ts';
import { textOf } from './wire.ts';

/**
 * A row of kimi-cli's `context.jsonl`: a message as the model has it, or a row for the program: `_system_prompt`, with which each file begins and which
 * stands in place of what an earlier file held, `_usage {token_count}` and `_checkpoint {id}`.
 */
export function readContextRow(fields: Fields): LineReading {
  switch (fields.role) {
    case '_system_prompt':
      return { entries: [], change: { kind: 'replaced' } };
    case '_usage':
      return readCount(fields);
    case 'user':
      return { entries: said('user', fields.content) };
    case 'assistant':
      return { entries: [...said('assistant', fields.content), ...readCalls(fields.tool_calls)] };
    case 'tool':
      return { entries: [{ kind: 'tool-result', text: textOf(fields.content), tool: named({ call: asText(fields.tool_call_id) }) }] };
    default:
      return { entries: [] };
  }
}

/** A record of kimi-cli's `wire.jsonl`: `{timestamp, message: {type, payload}}`, the moment in seconds. */
export function readOldWire(fields: Fields, message: Fields): LineReading | undefined {
  const seconds = asCount(fields.timestamp);
  const about = seconds === undefined ? {} : { at: Math.round(seconds * 1000) };
  const payload = asFields(message.payload) ?? {};
  switch (message.type) {
    case 'TurnBegin':
      return { entries: said('user', payload.user_input, about) };
    case 'ContentPart':
      return { entries: payload.type === 'text' ? said('assistant', payload.text, about) : [] };
    case 'ToolCall':
      return { entries: readCalls([payload], about) };
    case 'ToolResult':
      return { entries: [readResult(payload, about)] };
    case 'StatusUpdate':
      return readStatus(payload, about);
    default:
      return asText(message.type) === undefined ? undefined : { entries: [] };
  }
}

type At = Pick<Entry, 'at'>;

/** What it injects into the person's messages stands in a tag. */
function said(kind: EntryKind, content: unknown, about: At = {}): Entry[] {
  const text = textOf(content);
  if (text === '') return [];
  return [{ kind: kind === 'user' && /^\s*<system(?:-reminder)?>/.test(text) ? 'system' : kind, text, ...about }];
}

function readCalls(calls: unknown, about: At = {}): Entry[] {
  if (!Array.isArray(calls)) return [];
  return calls.map((each) => {
    const { id, function: called } = asFields(each) ?? {};
    const { name, arguments: given } = asFields(called) ?? {};
    return { kind: 'tool-call', text: asText(given) ?? '', tool: named({ name: asText(name), call: asText(id) }), ...about };
  });
}

function readResult({ tool_call_id: call, return_value: value, result }: Fields, about: At): Entry {
  const returned = asFields(value) ?? asFields(result) ?? {};
  const isError = returned.is_error === true ? { isError: true } : {};
  return { kind: 'tool-result', text: textOf(returned.output), tool: { ...named({ call: asText(call) }), ...isError }, ...about };
}

/** Only how full the context is; what was spent stands in the wire. */
function readCount({ token_count: count }: Fields): LineReading {
  const tokens = asCount(count);
  if (tokens === undefined) return { entries: [] };
  return { entries: [], usage: { id: `context ${tokens}`, inputTokens: tokens, outputTokens: 0, contextTokens: tokens } };
}

function readStatus(payload: Fields, { at }: At): LineReading {
  const contextTokens = asCount(payload.context_tokens);
  const used = asFields(payload.token_usage) ?? {};
  const [other = 0, read = 0, written = 0, output = 0] = [used.input_other, used.input_cache_read, used.input_cache_creation, used.output].map(asCount);
  const windowTokens = asCount(payload.max_context_tokens);
  const window = windowTokens === undefined ? {} : { windowTokens };
  if (contextTokens === undefined) return { entries: [], ...window };
  const usage = {
    id: asText(payload.message_id) ?? `status ${at ?? ''}`,
    inputTokens: other + read + written,
    outputTokens: output,
    contextTokens,
    cachedTokens: read,
    cacheWriteTokens: written,
    ...(at === undefined ? {} : { at }),
  };
  return { entries: [], usage, ...window };
}

function named({ name, call }: { name?: string | undefined; call: string | undefined }): { name?: string; call?: string } {
  return { ...(name === undefined ? {} : { name }), ...(call === undefined ? {} : { call }) };
}
