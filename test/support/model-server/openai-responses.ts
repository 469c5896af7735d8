import type { Api, FailedReply, OfferedTool, Reading, Said, StreamEvent, Written } from './api.ts';
import { type Json, pick, pickList, pickText, textsIn } from './json.ts';
import { failAsOpenAi } from './openai-failures.ts';
import { splitText } from './split-text.ts';
import type { Answer, Failure } from './step.ts';

const overflow = 'Your input exceeds the context window of this model. Please adjust your input and try again.';

/** OpenAI's Responses. */
export const openAiResponses: Api = {
  name: 'openai-responses',
  asks: (path) => (path === '/v1/responses' ? 'answer' : undefined),
  read,
  write,
  fail,
  count: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
};

function read(_path: string, body: Json): Reading {
  const input = pick(body, 'input');
  return {
    model: pickText(body, 'model'),
    stream: pick(body, 'stream') === true,
    said: [{ role: 'system', text: pickText(body, 'instructions') }, ...(typeof input === 'string' ? [input] : pickList(input)).map(readItem)],
    tools: pickList(body, 'tools').flatMap(readTool),
    schema: pick(body, 'text', 'format', 'schema'),
  };
}

/** Tools may lie in a namespace; those without a schema (`local_shell`) carry their name in their type. */
function readTool(tool: Json): OfferedTool[] {
  if (pickText(tool, 'type') === 'namespace') return pickList(tool, 'tools').flatMap(readTool);
  return [{ name: pickText(tool, 'name') || pickText(tool, 'type'), schema: pick(tool, 'parameters') }];
}

function readItem(item: Json): Said {
  if (typeof item === 'string') return { role: 'user', text: item };
  const [type, role] = [pickText(item, 'type'), pickText(item, 'role')];
  const text = textsIn(item).join('\n');
  if (type.endsWith('_output')) return { role: 'tool', text };
  if (role === 'developer' || role === 'system') return { role: 'system', text };
  return { role: role === 'user' ? 'user' : 'assistant', text };
}

function write({ id, nowMs, model, answer }: Written): { whole: Json; events: readonly StreamEvent[] } {
  const output = outputOf(id, answer);
  const head = { id: `resp_${id}`, object: 'response', created_at: Math.floor(nowMs / 1000), model, error: null, incomplete_details: null };
  const whole: Json = { ...head, status: 'completed', output, usage: usageOf(answer) };
  const begun: Json = { ...head, status: 'in_progress', output: [], usage: null };
  const events: { [key: string]: Json }[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(writeItem),
    { type: 'response.completed', response: whole },
  ];
  return { whole, events: events.map((data, i) => ({ name: pickText(data, 'type'), data: { ...data, sequence_number: i } })) };
}

function outputOf(id: string, { text, calls }: Answer): Json[] {
  const content: Json = [{ type: 'output_text', text, annotations: [] }];
  const message: Json[] = text === '' ? [] : [{ type: 'message', id: `msg_${id}`, status: 'completed', role: 'assistant', content }];
  const called = calls.map(
    ({ name, args }, i): Json => ({
      ...{ type: 'function_call', id: `fc_${id}_${i}`, status: 'completed' },
      ...{ call_id: `call_${id}_${i}`, name, arguments: JSON.stringify(args) },
    }),
  );
  return [...message, ...called];
}

function writeItem(item: Json, index: number): { [key: string]: Json }[] {
  const fields = item as { [key: string]: Json };
  const at = { item_id: pickText(item, 'id'), output_index: index };
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (pickText(item, 'type') === 'function_call') {
    const args = pickText(item, 'arguments');
    return [
      { type: 'response.output_item.added', output_index: index, item: { ...fields, status: 'in_progress', arguments: '' } },
      { type: 'response.function_call_arguments.delta', ...at, delta: args },
      { type: 'response.function_call_arguments.done', ...at, arguments: args },
      done,
    ];
  }
  const text = pickText(item, 'content', 0, 'text');
  const part = { type: 'output_text', text: '', annotations: [] };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...fields, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, content_index: 0, part },
    ...splitText(text).map((delta) => ({ type: 'response.output_text.delta', ...at, content_index: 0, delta })),
    { type: 'response.output_text.done', ...at, content_index: 0, text },
    { type: 'response.content_part.done', ...at, content_index: 0, part: { ...part, text } },
    done,
  ];
}

function usageOf({ usage }: Answer): Json {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}

/** An overflow comes in the stream, as `response.failed`; a client that does not stream gets it with status 400. */
function fail(failure: Failure): FailedReply {
  const reply = failAsOpenAi(failure, { overflow });
  if (failure.kind !== 'overflow') return reply;
  const error = { code: pickText(reply.body, 'error', 'code'), message: pickText(reply.body, 'error', 'message') };
  const data = { type: 'response.failed', sequence_number: 0, response: { id: 'resp_failed', object: 'response', status: 'failed', output: [], error } };
  return { ...reply, events: [{ name: 'response.failed', data }] };
}
