import type { Api, Reading, Said, StreamEvent, Written } from './api.ts';
import { type Json, pick, pickList, pickText, textsIn } from './json.ts';
import { failAsOpenAi } from './openai-failures.ts';
import { splitText } from './split-text.ts';
import type { Answer } from './step.ts';

const overflow =
  "This model's maximum context length is 200000 tokens. However, your messages resulted in 215000 tokens. Please reduce the length of the messages.";

/** OpenAI's Chat Completions. */
export const openAiChat: Api = {
  name: 'openai-chat',
  asks: (path) => (path === '/v1/chat/completions' ? 'answer' : undefined),
  read,
  write,
  fail: (failure) => failAsOpenAi(failure, { overflow }),
  count: (tokens) => ({ total_tokens: tokens }),
};

function read(_path: string, body: Json): Reading {
  return {
    model: pickText(body, 'model'),
    stream: pick(body, 'stream') === true,
    said: pickList(body, 'messages').map(readMessage),
    tools: pickList(body, 'tools').map((tool) => ({ name: pickText(tool, 'function', 'name'), schema: pick(tool, 'function', 'parameters') })),
    schema: pick(body, 'response_format', 'json_schema', 'schema'),
  };
}

function readMessage(message: Json): Said {
  const role = pickText(message, 'role');
  const known = role === 'developer' ? 'system' : role === 'system' || role === 'assistant' || role === 'tool' ? role : 'user';
  return { role: known, text: [...textsIn(pick(message, 'content')), ...textsIn(pick(message, 'tool_calls'))].join('\n') };
}

function write({ id, nowMs, model, answer }: Written): { whole: Json; events: readonly StreamEvent[] } {
  const head = { id: `chatcmpl-${id}`, created: Math.floor(nowMs / 1000), model };
  const finish = answer.calls.length > 0 ? 'tool_calls' : 'stop';
  const calls = answer.calls.map(
    ({ name, args }, i): Json => ({ id: `call_${id}_${i}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }),
  );
  const usage = usageOf(answer);
  const message: Json = { role: 'assistant', content: answer.text === '' ? null : answer.text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  const chunk = (delta: Json, finishReason: string | null): StreamEvent => ({
    data: { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finishReason }] },
  });
  const events: StreamEvent[] = [
    chunk({ role: 'assistant', content: '' }, null),
    ...splitText(answer.text).map((content) => chunk({ content }, null)),
    ...calls.map((call, index) => chunk({ tool_calls: [{ index, ...(call as { [key: string]: Json }) }] }, null)),
    chunk({}, finish),
    { data: { ...head, object: 'chat.completion.chunk', choices: [], usage } },
    { data: '[DONE]' },
  ];
  return { whole: { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage }, events };
}

function usageOf({ usage }: Answer): Json {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}
