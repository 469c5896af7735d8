import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, pick, pickText } from './json.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { summaryText } from './side.ts';
import type { FailureKind } from './step.ts';

const bash = { name: 'Bash', input_schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] } };
const usage = { input: 1000, output: 30, cached: 600, cacheWrite: 100, reasoning: 10 };
const step = { text: 'I look.', run: 'echo hi > f', usage };

/** Each API: where it is asked, how a main request with a shell tool looks, and where in a whole answer text, call and usage stand. */
const shapes = {
  anthropic: {
    path: '/v1/messages',
    body: { model: 'scripted', system: 'Be brief.', messages: [{ role: 'user', content: 'Go.' }], tools: [bash] },
    answer: [
      [['content', 0, 'text'], 'I look.'],
      [['content', 1, 'name'], 'Bash'],
      [['content', 1, 'input', 'command'], 'echo hi > f'],
      [['stop_reason'], 'tool_use'],
      [['usage', 'input_tokens'], 300],
      [['usage', 'cache_read_input_tokens'], 600],
      [['usage', 'cache_creation_input_tokens'], 100],
    ],
    streamed: /"partial_json":"\{\\"command\\":\\"echo hi > f\\"\}"[\s\S]*"cache_read_input_tokens":600[\s\S]*event: message_stop/,
    error: ['error', 'message'],
    overflow: /prompt is too long/,
  },
  'openai-chat': {
    path: '/v1/chat/completions',
    body: {
      ...{
        model: 'scripted',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: [{ type: 'text', text: 'Go.' }] },
        ],
      },
      tools: [{ type: 'function', function: { name: 'bash', parameters: bash.input_schema } }],
    },
    answer: [
      [['choices', 0, 'message', 'content'], 'I look.'],
      [['choices', 0, 'message', 'tool_calls', 0, 'function', 'name'], 'bash'],
      [['choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments'], '{"command":"echo hi > f"}'],
      [['choices', 0, 'finish_reason'], 'tool_calls'],
      [['usage', 'prompt_tokens'], 1000],
      [['usage', 'prompt_tokens_details', 'cached_tokens'], 600],
    ],
    streamed: /"arguments":"\{\\"command\\":\\"echo hi > f\\"\}"[\s\S]*"prompt_tokens":1000[\s\S]*data: \[DONE\]/,
    error: ['error', 'message'],
    overflow: /maximum context length/,
  },
  'openai-responses': {
    path: '/v1/responses',
    body: {
      ...{ model: 'scripted', instructions: 'Be brief.', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go.' }] }] },
      tools: [{ type: 'function', name: 'exec_command', parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] } }],
    },
    answer: [
      [['output', 0, 'content', 0, 'text'], 'I look.'],
      [['output', 1, 'name'], 'exec_command'],
      [['output', 1, 'arguments'], '{"cmd":"echo hi > f"}'],
      [['status'], 'completed'],
      [['usage', 'input_tokens'], 1000],
      [['usage', 'output_tokens_details', 'reasoning_tokens'], 10],
    ],
    streamed:
      /event: response\.output_item\.done[\s\S]*"arguments":"\{\\"cmd\\":\\"echo hi > f\\"\}"[\s\S]*event: response\.completed[\s\S]*"total_tokens":1030/,
    error: ['error', 'message'],
    overflow: /exceeds the context window/,
  },
  gemini: {
    path: '/v1beta/models/scripted:generateContent',
    body: {
      ...{ systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [{ role: 'user', parts: [{ text: 'Go.' }] }] },
      tools: [{ functionDeclarations: [{ name: 'run_shell_command', parametersJsonSchema: bash.input_schema }] }],
    },
    answer: [
      [['candidates', 0, 'content', 'parts', 0, 'text'], 'I look.'],
      [['candidates', 0, 'content', 'parts', 1, 'functionCall', 'name'], 'run_shell_command'],
      [['candidates', 0, 'content', 'parts', 1, 'functionCall', 'args', 'command'], 'echo hi > f'],
      [['usageMetadata', 'promptTokenCount'], 1000],
      [['usageMetadata', 'cachedContentTokenCount'], 600],
    ],
    streamed: /"args":\{"command":"echo hi > f"\}[\s\S]*"finishReason":"STOP"[\s\S]*"promptTokenCount":1000/,
    error: ['error', 'message'],
    overflow: /input token count/,
  },
} as const;

const names = Object.keys(shapes) as (keyof typeof shapes)[];

function post(server: ModelServer, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
}

/** Gemini asks for a stream by its path, the others in the body. */
function askToStream(server: ModelServer, name: keyof typeof shapes): Promise<Response> {
  const { path, body } = shapes[name];
  return name === 'gemini' ? post(server, path.replace('generate', 'streamGenerate').concat('?alt=sse'), body) : post(server, path, { ...body, stream: true });
}

for (const name of names) {
  const { path, body, answer, streamed, error, overflow } = shapes[name];

  test(`a step is said in the words of ${name}: text, shell call, usage; whole and as a stream`, async (t) => {
    const server = await startModelServer(t, [{ ...step, times: 2 }]);
    const whole = (await (await post(server, path, body)).json()) as Json;
    for (const [place, expected] of answer) assert.equal(pick(whole, ...place), expected, place.join('.'));
    const stream = await askToStream(server, name);
    assert.match(stream.headers.get('content-type') ?? '', /event-stream/);
    assert.match(await stream.text(), streamed);
    assert.deepEqual(
      server.requests().map(({ kind, api, model, stream: isStream, text }) => [kind, api, model, isStream, text]),
      [
        ['main', name, 'scripted', false, 'Be brief.\nGo.'],
        ['main', name, 'scripted', true, 'Be brief.\nGo.'],
      ],
    );
  });

  test(`failures come in the words of ${name}, and a limit says when it lifts`, async (t) => {
    const server = await startModelServer(t);
    const statuses: Record<FailureKind, readonly number[]> = {
      ...{ unauthorized: [401], forbidden: [403], limited: [429], broken: [500], overloaded: [529, 503], overflow: [400] },
    };
    for (const [kind, expected] of Object.entries(statuses) as [FailureKind, readonly number[]][]) {
      server.script([{ fail: { kind, resetS: 3600 } }]);
      const reply = await post(server, path, body);
      assert.ok(expected.includes(reply.status), `${kind}: ${reply.status}`);
      if (kind === 'limited') assert.equal(reply.headers.get('retry-after'), '3600');
      const message = pickText((await reply.json()) as Json, ...error);
      if (kind === 'overflow') assert.match(message, overflow);
      else assert.ok(message.length > 5, kind);
    }
    server.script([{ fail: { kind: 'broken', status: 502, body: { odd: true }, headers: { 'x-odd': '1' } } }]);
    const odd = await post(server, path, body);
    assert.deepEqual([odd.status, odd.headers.get('x-odd'), await odd.json()], [502, '1', { odd: true }]);
  });

  test(`a request of ${name} without tools is a side request, and takes no step`, async (t) => {
    const server = await startModelServer(t, [{ text: 'the step' }]);
    const { tools: _tools, ...bare } = body;
    const title = await (await post(server, path, bare)).text();
    assert.match(title, /A scripted title/);
    assert.match(await (await post(server, path, body)).text(), /the step/);
    assert.match(await (await post(server, path, body)).text(), /"ok"/);
    assert.deepEqual(
      server.requests().map(({ kind }) => kind),
      ['side', 'main', 'main'],
    );
  });
}

test("summaries are summaries, Claude's among tags, and a demanded schema is filled", async (t) => {
  const server = await startModelServer(t);
  const compaction = [{ role: 'user', content: 'Your task is to create a detailed summary of the conversation so far.' }];
  const claude = await (await post(server, shapes.anthropic.path, { ...shapes.anthropic.body, messages: compaction })).text();
  assert.match(claude, /<analysis>[\s\S]*<summary>[\s\S]*A scripted summary/);
  const codex = await (await post(server, '/v1/responses', { model: 'm', instructions: 'i', input: 'CONTEXT CHECKPOINT COMPACTION: hand over.' })).text();
  assert.ok(codex.includes(summaryText));
  const schema = { type: 'OBJECT', properties: { reasoning: { type: 'STRING' }, model_choice: { type: 'STRING', enum: ['flash', 'pro'] } } };
  const router = await post(server, shapes.gemini.path, { ...shapes.gemini.body, generationConfig: { responseSchema: schema } });
  const filled = pickText((await router.json()) as Json, 'candidates', 0, 'content', 'parts', 0, 'text');
  assert.deepEqual(JSON.parse(filled), { reasoning: 'scripted', model_choice: 'flash' });
});

test('tokens are counted, models listed, and what nobody knows is not found', async (t) => {
  const server = await startModelServer(t);
  const counted = (await (await post(server, '/v1/messages/count_tokens', shapes.anthropic.body)).json()) as Json;
  assert.ok(Number(pick(counted, 'input_tokens')) > 10);
  const total = (await (await post(server, '/v1beta/models/m:countTokens', shapes.gemini.body)).json()) as Json;
  assert.ok(Number(pick(total, 'totalTokens')) > 10);
  assert.equal(pick((await (await fetch(`${server.url}/v1/models`)).json()) as Json, 'data', 0, 'id'), 'scripted');
  assert.equal((await post(server, '/api/event_logging/batch', {})).status, 404);
  assert.deepEqual(
    server.requests().map(({ kind }) => kind),
    ['count', 'count', 'other', 'other'],
  );
});

test('each client key may have a script of its own, and a script may be a rule over what was said', async (t) => {
  const server = await startModelServer(t, (request) => (request.results.length > 0 ? { text: `it gave ${request.results.at(-1)}` } : undefined));
  server.script([{ text: 'for the first' }], 'key-1');
  const { path, body } = shapes.anthropic;
  assert.match(await (await post(server, path, body, { 'x-api-key': 'key-1' })).text(), /for the first/);
  assert.match(await (await post(server, path, body, { authorization: 'Bearer key-2' })).text(), /"ok"/);
  const result = [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'hi' }] }] }];
  assert.match(await (await post(server, path, { ...body, messages: result }, { 'x-api-key': 'key-3' })).text(), /it gave hi/);
});

test('a request is waited for, before it comes and after', async (t) => {
  const server = await startModelServer(t);
  const waiting = server.waitForRequest(({ text }) => text.includes('Go.'), 'Go.');
  await post(server, shapes.anthropic.path, shapes.anthropic.body);
  assert.equal((await waiting).number, 1);
  assert.equal((await server.waitForRequest(({ kind }) => kind === 'main', 'a main one')).number, 1);
  await assert.rejects(
    server.waitForRequest(() => false, 'one that never comes', 30),
    /one that never comes/,
  );
});

test('an answer comes late and slowly, breaks off, or never comes, as the step says', async (t) => {
  const server = await startModelServer(t, [
    { ...step, pace: { delayMs: 20, betweenMs: 1 } },
    { ...step, pace: { cutAfter: 2 } },
    { ...step, pace: { reset: true } },
    { ...step, pace: { hang: true } },
  ]);
  assert.match(await (await askToStream(server, 'anthropic')).text(), /message_stop/);
  await assert.rejects((await askToStream(server, 'anthropic')).text());
  await assert.rejects(askToStream(server, 'anthropic'));
  const { path, body } = shapes.anthropic;
  await assert.rejects(fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(50) }));
});

test('a text is streamed word by word, and nothing of it is lost', async (t) => {
  const server = await startModelServer(t, () => ({ text: ' I look,  and\nsee. ' }));
  for (const name of ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const) {
    const told = await (await askToStream(server, name)).text();
    for (const word of [' I', ' look,', '  and', '\nsee. ']) assert.ok(told.includes(`:${JSON.stringify(word)}`), `${name}: ${word}`);
  }
});

test('a server that serves nobody refuses its clients, and serves them again at the same address', async (t) => {
  const server = await startModelServer(t);
  await server.serve(false);
  await assert.rejects(askToStream(server, 'anthropic'));
  await server.serve(true);
  assert.equal((await askToStream(server, 'anthropic')).status, 200);
});

test('a shell command for a client that offers no shell is told as the mistake it is', async (t) => {
  const server = await startModelServer(t, [{ run: 'ls' }]);
  const reply = await post(server, shapes.anthropic.path, { ...shapes.anthropic.body, tools: [{ name: 'Read', input_schema: {} }] });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /none of the offered tools is a shell: Read/);
});
