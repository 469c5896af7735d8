import type { Entry, EntryKind, Environment, FilePattern, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, findFields } from '../json.ts';
import { readMoment } from '../moment.ts';
import { homeVariable } from './launch.ts';

/**
 * One line of `session-*.jsonl`, a log of what happened to a conversation: its header, a record (whose id may come again: it is said anew), `$set` of
 * some of the header's fields or of all messages (a compression, a masking, a rollback), `$rewindTo` a record.
 */
export function readLine(line: string): LineReading | undefined {
  const fields = findFields(line);
  if (fields === undefined) return undefined;
  const rewound = asText(fields.$rewindTo);
  if (rewound !== undefined) return { entries: [], change: { kind: 'rewound', to: rewound } };
  const set = asFields(fields.$set);
  if (set !== undefined) return readSet(set);
  if (asText(fields.sessionId) !== undefined) return { entries: [], ...readHeader(fields) };
  return readRecord(fields);
}

/** The files whose name ends with the first eight characters of the conversation's id. A conversation that was resumed may have two. */
export function locateTranscript({ conversation, env }: { readonly conversation: string; readonly env: Environment }): readonly FilePattern[] {
  const home = env[homeVariable] || env.HOME;
  return home ? [{ folder: `${home}/.gemini/tmp`, pattern: `*/chats/session-*-${conversation.slice(0, 8)}.jsonl` }] : [];
}

/** A copy repeats the original's records with their ids and moments, which are before its own start. */
function readHeader({ startTime }: Fields): Pick<LineReading, 'copiedUntil'> {
  const copiedUntil = readMoment(asText(startTime) ?? '');
  return copiedUntil === undefined ? {} : { copiedUntil };
}

function readSet({ messages }: Fields): LineReading {
  if (!Array.isArray(messages)) return { entries: [] };
  return { entries: messages.flatMap((message) => readRecord(asFields(message) ?? {})?.entries ?? []), change: { kind: 'replaced' } };
}

function readRecord(fields: Fields): LineReading | undefined {
  const id = asText(fields.id);
  const type = asText(fields.type);
  if (id === undefined || type === undefined) return undefined;
  const change = { kind: 'same' } as const;
  const at = readMoment(asText(fields.timestamp) ?? '');
  const about = { id, ...(at === undefined ? {} : { at }) };
  if (type === 'user') return { entries: partsOf(fields.content).flatMap((part) => readUserPart(part, about)), change };
  if (type === 'gemini') return { entries: readTurn(fields, about), change, ...readUsage(fields, about) };
  const failure = type === 'error' ? textOf(fields.content) : '';
  return failure === '' ? { entries: [] } : { entries: [], failure };
}

type About = Pick<Entry, 'id' | 'at'> & { readonly id: string };

/** What a user's record holds besides the person's words begins with a tag of its own. */
const injected: readonly (readonly [RegExp, EntryKind])[] = [
  [/^\s*<state_snapshot>/, 'summary'],
  [/^\s*<(?:hook_context|session_context|system-reminder|environment_context)>/, 'system'],
];

function readUserPart(part: Fields, about: About): Entry[] {
  const response = asFields(part.functionResponse);
  if (response !== undefined) return [readResult(response, about)];
  const text = asText(part.text);
  if (text === undefined) return [];
  return [{ kind: injected.find(([sign]) => sign.test(text))?.[1] ?? 'user', text, ...about }];
}

function readResult({ id, name, response }: Fields, about: About): Entry {
  const { output, error } = asFields(response) ?? {};
  const text = asText(error) ?? asText(output) ?? JSON.stringify(response ?? '');
  const tool = { ...named({ name: asText(name), call: asText(id) }), ...(error === undefined ? {} : { isError: true }) };
  return { kind: 'tool-result', text, tool, ...about };
}

/** Its words and its calls. What the calls gave stands in a user's record of its own. */
function readTurn(fields: Fields, about: About): Entry[] {
  const text = textOf(fields.content);
  const calls = Array.isArray(fields.toolCalls) ? fields.toolCalls : [];
  return [...(text === '' ? [] : [{ kind: 'assistant', text, ...about } as const]), ...calls.map((call) => readCall(asFields(call) ?? {}, about))];
}

function readCall({ id, name, args }: Fields, about: About): Entry {
  const command = asText(asFields(args)?.command);
  return { kind: 'tool-call', text: command ?? JSON.stringify(args ?? {}), tool: named({ name: asText(name), call: asText(id) }), ...about };
}

/** `input` holds what was read from the cache, too; thoughts are paid for, and not in the next turn's context. */
function readUsage({ tokens, model }: Fields, { id, at }: About): { usage?: TurnUsage } {
  const told = asFields(tokens);
  const inputTokens = asCount(told?.input);
  const output = asCount(told?.output);
  if (inputTokens === undefined || output === undefined) return {};
  const usage = { id, inputTokens, outputTokens: output + (asCount(told?.thoughts) ?? 0), contextTokens: inputTokens + output };
  const cachedTokens = asCount(told?.cached);
  const name = asText(model);
  return {
    usage: {
      ...usage,
      ...(cachedTokens === undefined ? {} : { cachedTokens }),
      ...(name === undefined ? {} : { model: name }),
      ...(at === undefined ? {} : { at }),
    },
  };
}

function named({ name, call }: { name: string | undefined; call: string | undefined }): { name?: string; call?: string } {
  return { ...(name === undefined ? {} : { name }), ...(call === undefined ? {} : { call }) };
}

function partsOf(content: unknown): Fields[] {
  if (typeof content === 'string') return [{ text: content }];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  return parts.flatMap((part) => {
    const fields = typeof part === 'string' ? { text: part } : asFields(part);
    return fields === undefined ? [] : [fields];
  });
}

function textOf(content: unknown): string {
  return partsOf(content)
    .flatMap(({ text }) => asText(text) ?? [])
    .join('\n');
}
