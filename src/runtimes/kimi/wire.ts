import type { Entry, EntryKind, LineReading, TurnUsage, UndoRole } from '../contract.ts';
import { asCount, asFields, asText, type Fields } from '../json.ts';

/**
 * A record of Kimi Code's `wire.jsonl` (protocol 1.5). The context is what `context.*` says; the `agent.*` events tell the same once more, and what
 * else there is belongs to the program.
 */
export function readWire(fields: Fields): LineReading {
  const time = asCount(fields.time);
  const at = time === undefined ? {} : { at: time };
  switch (fields.type) {
    case 'context.append_message':
      return readMessage(asFields(fields.message) ?? {}, at);
    case 'context.append_loop_event':
      return { entries: readLoopEvent(asFields(fields.event) ?? {}, at) };
    case 'context.apply_compaction':
      return readCompaction(fields, at);
    // What `agent.switched` before it says of branches comes to the same.
    case 'context.undo':
      return readUndo(fields);
    case 'context.clear':
      return { entries: [], change: { kind: 'replaced' } };
    // A copy repeats the original's records, and then says so.
    case 'forked':
      return { entries: [], ...(time === undefined ? {} : { copiedUntil: time }) };
    case 'usage.record':
      return readUsage(fields, at);
    case 'turn.ended':
      return readEnd(fields);
    default:
      return { entries: [] };
  }
}

type At = Pick<Entry, 'at'>;

/** The text of a message's parts; what was thought is none. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.flatMap((part) => asText(asFields(part)?.text) ?? []).join('\n');
}

/** What was not said by the person has an origin of its own: a hook's answer, a reminder, a stop that was refused. */
function readMessage({ role, content, id, origin }: Fields, at: At): LineReading {
  const text = textOf(content);
  const kind = role === 'user' ? kindOf(asText(asFields(origin)?.kind)) : role === 'assistant' ? 'assistant' : 'system';
  const name = asText(id);
  const undo = role === 'user' ? undoOf(asFields(origin) ?? {}, name) : undefined;
  const entries: Entry[] = text === '' && undo === undefined ? [] : [{ kind, text, ...at, ...(name === undefined ? {} : { id: name }) }];
  return { entries, ...(undo === undefined ? {} : { undo }) };
}

/** A turn begins with what a person typed, a command of theirs too, and not with what they said in the middle of one. */
function undoOf({ kind = 'user', inTurn, trigger, ownerPromptId }: Fields, id: string | undefined): UndoRole | undefined {
  const of = kind === 'injection' ? asText(ownerPromptId) : id;
  const about = of === undefined ? {} : { of };
  if (kind === 'injection') return { kind: 'lasting', ...about };
  const isCommand = (kind === 'skill_activation' || kind === 'plugin_command') && trigger === 'user-slash';
  return inTurn !== true && (kind === 'user' || isCommand) ? { kind: 'prompt', ...about } : undefined;
}

function readUndo({ count }: Fields): LineReading {
  const prompts = asCount(count) ?? 0;
  return prompts === 0 ? { entries: [] } : { entries: [], change: { kind: 'undone', prompts } };
}

function kindOf(origin: string | undefined): EntryKind {
  return origin === undefined || origin === 'user' ? 'user' : 'system';
}

function readLoopEvent(event: Fields, at: At): Entry[] {
  const id = asText(event.uuid);
  const about = { ...at, ...(id === undefined ? {} : { id }) };
  const call = asText(event.toolCallId);
  const joined = call === undefined ? {} : { call };
  if (event.type === 'content.part') {
    const part = asFields(event.part);
    const text = part?.type === 'text' ? asText(part.text) : undefined;
    return text === undefined ? [] : [{ kind: 'assistant', text, ...about }];
  }
  if (event.type === 'tool.call') {
    const name = asText(event.name);
    const text = asText(asFields(event.args)?.command) ?? JSON.stringify(event.args ?? {});
    return [{ kind: 'tool-call', text, ...about, tool: { ...joined, ...(name === undefined ? {} : { name }) } }];
  }
  if (event.type !== 'tool.result') return [];
  const result = asFields(event.result);
  const text = textOf(result?.output);
  return [{ kind: 'tool-result', text, ...about, tool: { ...joined, ...(result?.isError === true ? { isError: true } : {}) } }];
}

/** The person's own messages stay in the context beside the summary; `tokensAfter` counts them. */
function readCompaction(fields: Fields, at: At): LineReading {
  const text = asText(fields.contextSummary) ?? asText(fields.summary) ?? '';
  const tokens = asCount(fields.tokensAfter);
  return { entries: [{ kind: 'summary', text, ...at }], change: { kind: 'compacted', ...(tokens === undefined ? {} : { tokens }) } };
}

/** A turn has no id of its own here; the model answers one request at a time. What a compaction costs is told in the scope of the session. */
function readUsage({ usage, usageScope, model }: Fields, { at }: At): LineReading {
  const told = asFields(usage) ?? {};
  const [other, read = 0, written = 0, output] = [told.inputOther, told.inputCacheRead, told.inputCacheCreation, told.output].map(asCount);
  if (other === undefined || output === undefined) return { entries: [] };
  const inputTokens = other + read + written;
  const name = asText(model);
  const turn: TurnUsage = {
    id: `usage ${at ?? ''}`,
    inputTokens,
    outputTokens: output,
    contextTokens: usageScope === 'session' ? 0 : inputTokens + output,
    cachedTokens: read,
    cacheWriteTokens: written,
    ...(name === undefined ? {} : { model: name }),
    ...(at === undefined ? {} : { at }),
  };
  return { entries: [], usage: turn };
}

function readEnd({ reason, error }: Fields): LineReading {
  const told = asFields(error);
  if (reason !== 'failed' || told === undefined) return { entries: [] };
  const code = asText(told.code);
  return { entries: [], failure: [code === undefined ? undefined : `[${code}]`, asText(told.message)].filter(Boolean).join(' ') || 'unknown' };
}
