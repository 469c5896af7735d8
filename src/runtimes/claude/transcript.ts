import type { Entry, EntryKind, Environment, FilePattern, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, findFields } from '../json.ts';
import { readMoment } from '../moment.ts';
import { configFolder } from './launch.ts';

/**
 * A line of `projects/<cwd>/<conversation>.jsonl` (FIELD/transcripts.md 4.1, and records of 2.1.329). One file is one conversation, also across
 * compactions, and a tree: every record with a `uuid` names the one that it follows. So each such record has an entry, with no text where the model
 * sees none of it, because others follow it. An answer has a record for each of its blocks, all with its id and its usage.
 */
export function readLine(line: string): LineReading | undefined {
  if (isCopy(line)) return { entries: [] };
  const fields = findFields(line);
  const type = asText(fields?.type);
  if (fields === undefined || type === undefined) return undefined;
  switch (type) {
    case 'user':
      return { entries: readUser(fields) };
    case 'assistant':
      return readAssistant(fields);
    case 'attachment':
      return { entries: [readAttachment(fields)] };
    case 'system':
      return readSystem(fields);
    default:
      // What it notes for itself: modes, snapshots of files, copies of its requests.
      return { entries: [] };
  }
}

/** It copies each request into the transcript, a third of the file and more, which would take as long to parse as all the rest. */
function isCopy(line: string): boolean {
  return line.startsWith('{"type":"api-request') && line.endsWith('}');
}

/** `<config>/projects/<cwd with - for all that is no letter or digit>/<conversation>.jsonl`, else below any other folder that it was begun in. */
export function locateTranscript({ conversation, cwd, env }: { conversation: string; cwd: string; env: Environment }): readonly FilePattern[] {
  const folder = configFolder(env);
  if (folder === undefined) return [];
  return [cwd.replace(/[^a-zA-Z0-9]/g, '-'), '*'].map((name) => ({ folder: `${folder}/projects`, pattern: `${name}/${conversation}.jsonl` }));
}

function readUser(fields: Fields): Entry[] {
  const content = asFields(fields.message)?.content;
  const told = userKind(fields);
  if (typeof content === 'string') return [entry(fields, kindOfText(told, content), content)];
  const entries = blocksOf(content).map((block) => {
    if (block.type !== 'tool_result') return entry(fields, kindOfText(told, textOf(block)), textOf(block));
    const call = asText(block.tool_use_id);
    const tool = { ...(call === undefined ? {} : { call }), ...(block.is_error === true ? { isError: true } : {}) };
    return { ...entry(fields, 'tool-result', textOf(block)), tool };
  });
  return entries.length > 0 ? entries : [entry(fields, 'system', '')];
}

/** Much stands in the person's place that no person said: the summary of a compaction, and what the program notes or is notified of. */
function userKind({ isCompactSummary, isMeta, origin }: Fields): EntryKind {
  if (isCompactSummary === true) return 'summary';
  const from = asText(asFields(origin)?.kind);
  return isMeta === true || (from !== undefined && from !== 'human') ? 'system' : 'user';
}

/** Older versions mark such text by nothing but its own beginning. */
function kindOfText(kind: EntryKind, text: string): EntryKind {
  return kind === 'user' && /^\s*(?:<(?:local-command-|bash-std|task-notification|system-reminder)|\[Request interrupted by user)/.test(text) ? 'system' : kind;
}

function readAssistant(fields: Fields): LineReading {
  const message = asFields(fields.message) ?? {};
  const blocks = blocksOf(message.content);
  // What the program says in the model's place (`<synthetic>`): an error of the provider, or that no answer was wanted. It cost nothing.
  if (message.model === '<synthetic>') {
    const text = blocks.map(textOf).join('\n');
    const reading = { entries: [entry(fields, 'system', text)] };
    return fields.isApiErrorMessage === true ? { ...reading, failure: [asText(fields.error), text].filter(Boolean).join('\n') } : reading;
  }
  const entries = blocks.map((block) => readBlock(fields, block));
  const usage = readUsage(fields, message);
  const windowTokens = isOfSubagent(fields) ? undefined : windowOf(asText(fields.requestedModel) ?? asText(message.model) ?? '');
  return {
    entries: entries.length > 0 ? entries : [entry(fields, 'assistant', '')],
    ...(usage === undefined ? {} : { usage }),
    ...(windowTokens === undefined ? {} : { windowTokens }),
  };
}

/** A call's text is its command where it is one. What the model thought is no part of what it said. */
function readBlock(fields: Fields, block: Fields): Entry {
  const name = asText(block.name);
  if (name === undefined) return entry(fields, 'assistant', asText(block.text) ?? '');
  const input = asFields(block.input) ?? {};
  const call = asText(block.id);
  return { ...entry(fields, 'tool-call', asText(input.command) ?? JSON.stringify(input)), tool: { name, ...(call === undefined ? {} : { call }) } };
}

/** What is brought to the model beside what was said: as it was written for it, which older versions leave out, or what a person said meanwhile. */
function readAttachment(fields: Fields): Entry {
  const attachment = asFields(fields.attachment) ?? {};
  const prompt = attachment.prompt;
  if (attachment.type === 'queued_command' && userKind(attachment) === 'user' && attachment.commandMode !== 'task-notification') {
    return entry(fields, 'user', asText(prompt) ?? blocksOf(prompt).map(textOf).join('\n'));
  }
  if (Array.isArray(fields.rendered)) return entry(fields, 'system', blocksOf(fields.rendered).map(textOf).join('\n'));
  return entry(fields, 'system', attachment.type === 'hook_additional_context' ? textOf(attachment) : '');
}

/** Of the program's notes a compaction's boundary counts: before it only what is preserved stays in the context. */
function readSystem(fields: Fields): LineReading {
  const isBoundary = fields.subtype === 'compact_boundary';
  const entries = [entry(fields, 'system', fields.subtype === 'local_command' ? (asText(fields.content) ?? '') : '')];
  if (!isBoundary || isOfSubagent(fields)) return { entries };
  const about = asFields(fields.compactMetadata) ?? {};
  const uuids = asFields(about.preservedMessages)?.uuids;
  const kept = Array.isArray(uuids) ? uuids.filter((uuid) => typeof uuid === 'string') : [];
  const tokens = asCount(about.postTokens);
  return { entries, change: { kind: 'compacted', ...(kept.length === 0 ? {} : { kept }), ...(tokens === undefined ? {} : { tokens }) } };
}

function readUsage(fields: Fields, message: Fields): TurnUsage | undefined {
  const usage = asFields(message.usage);
  const id = asText(message.id);
  const fresh = asCount(usage?.input_tokens);
  const outputTokens = asCount(usage?.output_tokens);
  if (id === undefined || fresh === undefined || outputTokens === undefined) return undefined;
  const cachedTokens = asCount(usage?.cache_read_input_tokens) ?? 0;
  const cacheWriteTokens = asCount(usage?.cache_creation_input_tokens) ?? 0;
  const inputTokens = fresh + cachedTokens + cacheWriteTokens;
  const model = asText(message.model);
  return {
    ...{ id, inputTokens, outputTokens, contextTokens: inputTokens + outputTokens, cachedTokens, cacheWriteTokens },
    ...(model === undefined ? {} : { model }),
    ...momentOf(fields),
    ...subagentOf(fields),
    ...(isOfOriginal(fields) ? { isCopied: true as const } : {}),
  };
}

/** A long context is asked for in the model's name, or its model always has it: those of the fifth generation do. Undefined for a name that tells nothing. */
function windowOf(model: string): number | undefined {
  if (model.endsWith('[1m]')) return 1_000_000;
  const generation = /claude-(?:[a-z]+-)?(\d+)/.exec(model)?.[1];
  return generation === undefined ? undefined : Number(generation) >= 5 ? 1_000_000 : 200_000;
}

function entry(fields: Fields, kind: EntryKind, text: string): Entry {
  const id = asText(fields.uuid);
  const parent = fields.parentUuid === null ? null : asText(fields.parentUuid);
  return { kind, text, ...momentOf(fields), ...(id === undefined ? {} : { id }), ...(parent === undefined ? {} : { parent }), ...subagentOf(fields) };
}

/** A copy of a conversation (`--fork-session`, `/branch`) repeats the original's records with their ids and moments, and says which session asked. */
function isOfOriginal({ forkedFrom, requestSessionId, sessionId }: Fields): boolean {
  return forkedFrom !== undefined || (requestSessionId !== undefined && requestSessionId !== sessionId);
}

function isOfSubagent(fields: Fields): boolean {
  return fields.isSidechain === true;
}

function subagentOf(fields: Fields): { subagent?: string } {
  return isOfSubagent(fields) ? { subagent: asText(fields.agentId) ?? 'subagent' } : {};
}

function blocksOf(content: unknown): readonly Fields[] {
  if (!Array.isArray(content)) return [];
  return content.map(asFields).filter((block) => block !== undefined);
}

/** Text of a block or of an attachment: its own, or that of the blocks in its content. Of an image only that there is one. */
function textOf(block: Fields): string {
  if (block.type === 'image') return '[image]';
  const { content } = block;
  if (Array.isArray(content)) return content.map((part) => (typeof part === 'string' ? part : textOf(asFields(part) ?? {}))).join('\n');
  return asText(block.text) ?? asText(content) ?? '';
}

function momentOf(fields: Fields): { at?: number } {
  const at = readMoment(asText(fields.timestamp) ?? '');
  return at === undefined ? {} : { at };
}
