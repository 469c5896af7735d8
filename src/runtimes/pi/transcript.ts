import type { ContextChange, Entry, EntryKind, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, fieldsIn, findFields } from '../json.ts';
import { asMoment } from '../moment.ts';
import { present } from '../present.ts';

/**
 * A line of pi's session file (docs/session-format.md of 0.87.1): a header, then entries that name the entry which they follow, so that the file is a
 * tree. Version 1 has no ids, and is one line of talk. What a model does not read (labels, model changes, an extension's own state) has no entry.
 */
export function readLine(line: string): LineReading | undefined {
  const fields = findFields(line);
  const type = asText(fields?.type);
  if (fields === undefined || type === undefined) return undefined;
  switch (type) {
    case 'session':
      // A copy repeats the original's entries with their ids and moments behind a header of its own.
      return { entries: [], ...present({ copiedUntil: fields.parentSession === undefined ? undefined : momentOf(fields) }) };
    case 'message':
      return readMessage(fields, asFields(fields.message) ?? {});
    case 'custom_message':
      return { entries: entriesOf(fields, [['system', textOf(fields.content)]]) };
    case 'branch_summary':
      return withUsage({ entries: entriesOf(fields, [['summary', asText(fields.summary) ?? '']]) }, readSpent(fields, fields));
    case 'compaction':
      return readCompaction(fields);
    case 'context_edit':
      return readEdit(fields);
    case 'usage':
      return withUsage({ entries: [] }, readSpent(fields, fields));
    default:
      return { entries: [] };
  }
}

type Part = readonly [kind: EntryKind, text: string, tool?: Entry['tool']];

function readMessage(fields: Fields, message: Fields): LineReading {
  switch (message.role) {
    case 'user':
      return { entries: entriesOf(fields, [['user', textOf(message.content)]]) };
    case 'assistant':
      return readAnswer(fields, message);
    case 'toolResult':
      return withUsage({ entries: entriesOf(fields, [readResult(message)]) }, readSpent(fields, message));
    case 'bashExecution':
      return { entries: entriesOf(fields, [['user', `! ${asText(message.command) ?? ''}\n${asText(message.output) ?? ''}`]]) };
    case 'compactionSummary':
    case 'branchSummary':
      return { entries: entriesOf(fields, [['summary', asText(message.summary) ?? textOf(message.content)]]) };
    // An extension's words, under the older name too, and pi's own prompt, whose parts are no words in the talk.
    case 'custom':
    case 'hookMessage':
    case 'system':
      return { entries: entriesOf(fields, [['system', textOf(message.content)]]) };
    default:
      return { entries: [] };
  }
}

/** A turn. One that failed or was broken off says nothing of the context, but what it spent was spent. */
function readAnswer(fields: Fields, message: Fields): LineReading {
  const isWhole = message.stopReason !== 'error' && message.stopReason !== 'aborted';
  const failure = message.stopReason === 'error' ? (asText(message.errorMessage) ?? 'error') : undefined;
  const entries = entriesOf(fields, blocksOf(message.content).flatMap(readBlock));
  return withUsage({ entries, ...present({ failure }) }, readUsage(fields, message, isWhole));
}

function readBlock(block: Fields): Part[] {
  if (block.type === 'text') return [['assistant', asText(block.text) ?? '']];
  if (block.type !== 'toolCall') return [];
  const tool = present({ name: asText(block.name), call: asText(block.id) });
  return [['tool-call', `${tool.name ?? 'tool'} ${JSON.stringify(block.arguments ?? {})}`, tool]];
}

function readResult(message: Fields): Part {
  const tool = present({ name: asText(message.toolName), call: asText(message.toolCallId), isError: message.isError === true ? true : undefined });
  return ['tool-result', textOf(message.content), tool];
}

/** A compaction that keeps nothing names itself. */
function readCompaction(fields: Fields): LineReading {
  const keepFrom = asText(fields.firstKeptEntryId);
  const change: ContextChange = { kind: 'compacted', ...present({ keepFrom: keepFrom === fields.id ? undefined : keepFrom }) };
  return withUsage({ entries: entriesOf(fields, [['summary', asText(fields.summary) ?? '']]), change }, readSpent(fields, fields));
}

/** The words that the model reads from then on in place of an entry's; none where it reads nothing of it any more. */
function readEdit(fields: Fields): LineReading {
  const target = asText(fields.targetId);
  if (target === undefined) return { entries: [] };
  const parts = blocksOf(asFields(fields.replacement)?.content).flatMap(readBlock);
  const about = { kind: 'system' as const, text: '', ...aboutOf(fields) };
  const entries = parts.map(([kind, text, tool]): Entry => ({ ...about, kind: kind === 'tool-call' ? kind : 'system', text, ...present({ tool }) }));
  return { entries: entries.length > 0 ? entries : [about], change: { kind: 'edited', target } };
}

/** What was spent beside the talk, such as on a summary: it tells nothing of the context. */
function readSpent(fields: Fields, holder: Fields): TurnUsage | undefined {
  return readUsage(fields, holder, false);
}

function readUsage(fields: Fields, holder: Fields, isContext: boolean): TurnUsage | undefined {
  const usage = asFields(holder.usage);
  const at = momentOf(fields);
  const id = asText(fields.id) ?? asText(holder.responseId) ?? (at === undefined ? undefined : String(at));
  if (usage === undefined || id === undefined) return undefined;
  const [input, output, cached, written] = [usage.input, usage.output, usage.cacheRead, usage.cacheWrite].map((value) => asCount(value) ?? 0) as Four;
  const inputTokens = input + cached + written;
  if (inputTokens + output === 0) return undefined;
  const contextTokens = isContext ? asCount(usage.totalTokens) || inputTokens + output : 0;
  return {
    id,
    inputTokens,
    outputTokens: output,
    contextTokens,
    cachedTokens: cached,
    cacheWriteTokens: written,
    ...present({ model: asText(holder.model), at }),
  };
}

type Four = [number, number, number, number];

function withUsage(reading: LineReading, usage: TurnUsage | undefined): LineReading {
  return usage === undefined ? reading : { ...reading, usage };
}

function entriesOf(fields: Fields, parts: readonly Part[]): Entry[] {
  const about = aboutOf(fields);
  return parts.filter(([, text]) => text !== '').map(([kind, text, tool]) => ({ kind, text, ...about, ...present({ tool }) }));
}

function aboutOf(fields: Fields): Pick<Entry, 'at' | 'id' | 'parent'> {
  const parent = fields.parentId === null ? null : asText(fields.parentId);
  return present({ at: momentOf(fields), id: asText(fields.id), parent });
}

function momentOf(fields: Fields): number | undefined {
  return asMoment(fields.timestamp) ?? asMoment(asFields(fields.message)?.timestamp);
}

function blocksOf(content: unknown): Fields[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return fieldsIn(content);
}

/** The text of a message; an image is named, its bytes are not text. */
function textOf(content: unknown): string {
  return blocksOf(content)
    .map((block) => (block.type === 'image' ? `[image ${asText(block.mimeType) ?? ''}]` : (asText(block.text) ?? '')))
    .filter((text) => text !== '')
    .join('\n');
}
