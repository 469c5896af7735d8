import type { Api, Reading, Said, StreamEvent, Written } from './api.ts';
import { type Json, pick, pickList, pickText, textsIn } from './json.ts';
import { splitText } from './split-text.ts';
import type { Answer, Failure, FailureKind } from './step.ts';

/** Anthropic's Messages API. */
export const anthropic: Api = {
  name: 'anthropic',
  asks: (path) => (path === '/v1/messages' ? 'answer' : path === '/v1/messages/count_tokens' ? 'count' : undefined),
  read,
  write,
  fail,
  count: (tokens) => ({ input_tokens: tokens }),
};

function read(_path: string, body: Json): Reading {
  const system: Said = { role: 'system', text: textsIn(pick(body, 'system')).join('\n') };
  return {
    model: pickText(body, 'model'),
    stream: pick(body, 'stream') === true,
    said: [system, ...pickList(body, 'messages').flatMap(readMessage)],
    tools: pickList(body, 'tools').map((tool) => ({ name: pickText(tool, 'name'), schema: pick(tool, 'input_schema') })),
    schema: pick(body, 'output_config', 'format', 'schema') ?? pick(body, 'output_format', 'schema'),
  };
}

/** Tools' results are blocks of a user's message, and Claude Code puts messages of the role `system` in between. */
function readMessage(message: Json): Said[] {
  const role = pickText(message, 'role');
  const content = pick(message, 'content');
  const blocks = Array.isArray(content) ? (content as readonly Json[]) : content === undefined ? [] : [content];
  return blocks.map((block) => {
    const known = role === 'assistant' || role === 'system' ? role : 'user';
    return { role: pickText(block, 'type') === 'tool_result' ? 'tool' : known, text: textsIn(block).join('\n') };
  });
}

function write({ id, model, answer }: Written): { whole: Json; events: readonly StreamEvent[] } {
  const content = contentOf(id, answer);
  const stop = { stop_reason: answer.calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null };
  const head = { id: `msg_${id}`, type: 'message', role: 'assistant', model };
  const usage = usageOf(answer);
  const start = { type: 'message_start', message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } } };
  const events: Json[] = [start, ...content.flatMap(writeBlock), { type: 'message_delta', delta: stop, usage }, { type: 'message_stop' }];
  return { whole: { ...head, content, ...stop, usage }, events: events.map((data) => ({ name: pickText(data, 'type'), data })) };
}

function contentOf(id: string, { text, calls }: Answer): Json[] {
  const texts: Json[] = text === '' ? [] : [{ type: 'text', text }];
  return [...texts, ...calls.map(({ name, args }, i): Json => ({ type: 'tool_use', id: `toolu_${id}_${i}`, name, input: args }))];
}

function writeBlock(block: Json, index: number): Json[] {
  const isText = pickText(block, 'type') === 'text';
  const empty: Json = isText ? { type: 'text', text: '' } : { type: 'tool_use', id: pickText(block, 'id'), name: pickText(block, 'name'), input: {} };
  const deltas: Json[] = isText
    ? splitText(pickText(block, 'text')).map((text) => ({ type: 'text_delta', text }))
    : [{ type: 'input_json_delta', partial_json: JSON.stringify(pick(block, 'input')) }];
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function usageOf({ usage }: Answer): { [name: string]: Json } {
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    output_tokens: usage.output,
  };
}

const words: Readonly<Record<FailureKind, readonly [status: number, type: string, message: string]>> = {
  unauthorized: [401, 'authentication_error', 'invalid x-api-key'],
  forbidden: [403, 'permission_error', 'Your API key does not have permission to use the specified resource.'],
  limited: [429, 'rate_limit_error', "This request would exceed your organization's rate limit. Please try again later."],
  broken: [500, 'api_error', 'Internal server error'],
  overloaded: [529, 'overloaded_error', 'Overloaded'],
  overflow: [400, 'invalid_request_error', 'prompt is too long: 215000 tokens > 200000 maximum'],
};

function fail({ kind, message, resetS }: Failure, { nowMs }: { nowMs: number }) {
  const [status, type, said] = words[kind];
  const headers = kind === 'limited' && resetS !== undefined ? limitHeaders(nowMs, resetS) : {};
  const body: Json = { type: 'error', error: { type, message: message ?? said }, request_id: 'req_scripted' };
  return { status, headers: { 'request-id': 'req_scripted', ...headers }, body };
}

function limitHeaders(nowMs: number, resetS: number): Record<string, string> {
  const resetAt = nowMs + resetS * 1000;
  return {
    'retry-after': String(resetS),
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': new Date(resetAt).toISOString(),
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(resetAt / 1000)),
  };
}
