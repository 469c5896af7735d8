import type { Entry, EntryKind, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, fieldsIn, findFields } from '../json.ts';
import { asMoment } from '../moment.ts';
import { present } from '../present.ts';

/**
 * A line of Codex's rollout file (0.169.0): `{timestamp, ordinal, type, payload}`. What was said is taken from `response_item` alone, because events
 * say it again; usage from `token_count` alone, because `token_usage_record` says it again. A fork names its parent's file, or repeats its lines, all with
 * the moment of the fork, where that file is of an older version (`history_mode` `legacy`).
 */
export function readLine(line: string): LineReading | undefined {
  if (isNote(line)) return { entries: [] };
  const fields = findFields(line);
  const payload = asFields(fields?.payload);
  if (fields === undefined || payload === undefined || asText(fields.type) === undefined) return undefined;
  const at = asMoment(fields.timestamp);
  switch (fields.type) {
    case 'response_item':
      return { entries: readItem(payload, at) };
    case 'event_msg':
      return readEvent(payload, at);
    case 'compacted':
      return readCompacted(payload, at);
    case 'session_meta':
      return { entries: [], ...readFork(payload) };
    case 'turn_context':
      return { entries: [], ...present({ turnAt: momentOfId(payload.turn_id) }) };
    default:
      return { entries: [] };
  }
}

/** What it notes for itself, and what it says again for whoever listens, would take as long to parse as all the rest. */
function isNote(line: string): boolean {
  return notes.test(line) && line.endsWith('}');
}

const notes =
  /^\{"timestamp":"[^"]*",(?:"ordinal":\d+,)?"type":(?:"world_state"|"token_usage_record"|"event_msg","payload":\{"type":"(?:item_completed|agent_message|user_message|thread_settings_applied)")/;

function readFork({ forked_from_id: original, history_base: base, timestamp }: Fields): Pick<LineReading, 'copiedUntil'> {
  return original === undefined || base !== undefined ? {} : present({ copiedUntil: asMoment(timestamp) });
}

/** A turn's id is a UUID of version 7, which begins with its moment. */
function momentOfId(id: unknown): number | undefined {
  const digits = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(asText(id) ?? '');
  return digits === null ? undefined : Number.parseInt(`${digits[1]}${digits[2]}`, 16);
}

function readItem(item: Fields, at: number | undefined): Entry[] {
  const about = present({ at, id: asText(item.id) });
  const call = asText(item.call_id);
  switch (item.type) {
    case 'message': {
      const text = textOf(item.content);
      return text === '' ? [] : [{ kind: kindOf(item, text), text, ...about }];
    }
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'web_search_call': {
      const name = asText(item.name) ?? String(item.type).replace(/_call$/, '');
      const input = asText(item.arguments) ?? asText(item.input) ?? JSON.stringify(item.action ?? {});
      return [{ kind: 'tool-call', text: `${name} ${input}`, ...about, tool: { name, ...present({ call }) } }];
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ kind: 'tool-result', text: outputOf(item.output), ...about, tool: present({ call }) }];
    default:
      return [];
  }
}

/** Beginnings of messages that come as the user's and are not. */
const injected = /^(?:# AGENTS\.md instructions|<(?:environment_context|permissions instructions|user_instructions|turn_aborted|hook_prompt|skill)\b)/;
const summaryStart = 'Another language model started to solve this problem';

function kindOf(message: Fields, text: string): EntryKind {
  if (message.role === 'assistant') return 'assistant';
  if (message.role !== 'user') return 'system';
  if (text.startsWith(summaryStart)) return 'summary';
  return injected.test(text.trimStart()) ? 'system' : 'user';
}

function readEvent(event: Fields, at: number | undefined): LineReading {
  switch (event.type) {
    case 'task_started':
      return { entries: [], ...present({ windowTokens: asCount(event.model_context_window) || undefined, turnAt: momentOfId(event.turn_id) }) };
    case 'token_count':
      return readCount(asFields(event.info) ?? {}, at);
    case 'task_complete':
      return readFailed(asText(asFields(event.error)?.message), at);
    case 'error':
      return readFailed(asText(event.message), at);
    case 'turn_aborted':
      return { entries: [], ...present({ interruptedAt: at }) };
    default:
      return { entries: [] };
  }
}

function readFailed(failure: string | undefined, at: number | undefined): LineReading {
  return { entries: [], ...(failure === undefined ? {} : present({ failure, failedAt: at })) };
}

/**
 * `last_token_usage` is the turn's, `total_token_usage` what the conversation spent; the latter tells turns apart, since a count is said again. After a
 * compaction the last one is of no turn and holds only how large the context is now. Cached tokens are counted among the input already.
 */
function readCount(info: Fields, at: number | undefined): LineReading {
  const windowTokens = asCount(info.model_context_window) || undefined;
  const [last, total] = [asFields(info.last_token_usage), asFields(info.total_token_usage)];
  const contextTokens = asCount(last?.total_tokens) ?? 0;
  if (last === undefined || contextTokens === 0) return { entries: [], ...present({ windowTokens }) };
  const usage: TurnUsage = {
    id: `${asCount(total?.total_tokens) ?? at ?? 0}-${contextTokens}`,
    inputTokens: asCount(last.input_tokens) ?? 0,
    outputTokens: asCount(last.output_tokens) ?? 0,
    contextTokens,
    cachedTokens: asCount(last.cached_input_tokens) ?? 0,
    cacheWriteTokens: asCount(last.cache_write_input_tokens) ?? 0,
    ...present({ at }),
  };
  return { entries: [], usage, ...present({ windowTokens }) };
}

/**
 * `replacement_history` is the whole context from now on: messages of before by their ids, then what is injected anew, then the summary, which is
 * `message` too. Where its items have no ids, they stand for themselves; where the provider keeps it to itself, nothing can be read of it.
 */
function readCompacted(payload: Fields, at: number | undefined): LineReading {
  const items = fieldsIn(payload.replacement_history);
  const kept = items.flatMap((item) => asText(item.id) ?? []);
  if (kept.length < items.length) return { entries: items.flatMap((item) => readItem(item, at)), change: { kind: 'replaced' } };
  const text = asText(payload.message) ?? '';
  const entries: Entry[] = text === '' ? [] : [{ kind: 'summary', text, ...present({ at, id: asText(payload.window_id) }) }];
  return { entries, change: { kind: 'compacted', ...(kept.length === 0 ? {} : { kept }) } };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return fieldsIn(content)
    .map((block) => (block.type === 'input_image' ? '[image]' : (asText(block.text) ?? '')))
    .filter((text) => text !== '')
    .join('\n');
}

/** Text, content items, or an object that holds one of them. */
function outputOf(output: unknown): string {
  const fields = asFields(output);
  return fields === undefined ? textOf(output) : textOf(fields.content ?? fields.output ?? JSON.stringify(fields));
}
