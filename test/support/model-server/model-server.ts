import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cleanup, eventually } from '#host/testing';
import { anthropic } from './anthropic.ts';
import type { Api, Reading } from './api.ts';
import { fitStep, reckonUsage } from './fit.ts';
import { gemini } from './gemini.ts';
import type { Json } from './json.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';
import { sendFailure, sendJson, sendStream } from './reply.ts';
import { type ModelRequest, readKey } from './request.ts';
import { type Script, Scripts } from './script.ts';
import { answerAside } from './side.ts';
import type { Answer, Step } from './step.ts';

const apis: readonly Api[] = [anthropic, openAiChat, openAiResponses, gemini];

/** A model on loopback that does what a test says, for whatever client asks. */
export interface ModelServer {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** Says what follows from now on: to the client with this key, or to all that have no script of their own. */
  script(script: Script, key?: string): void;
  /** From now on whoever connects is refused, and who is connected is cut off; or (`true`) everybody is served again, at the same address. */
  serve(isServing: boolean): Promise<void>;
  /** All that came, oldest first. */
  requests(): readonly ModelRequest[];
  /** The first request that fits, also of those that came before; fails after the deadline (a minute where nothing is said). */
  waitForRequest(fits: (request: ModelRequest) => boolean, what: string, deadlineMs?: number): Promise<ModelRequest>;
}

/** Starts one in this process, gone after the test with all that hangs on it. */
export async function startModelServer(test: Cleanup, script: Script = []): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const scripts = new Scripts();
  scripts.set(undefined, script);
  const end = new AbortController();
  const server = createServer((request, response) => {
    take({ requests, scripts, ended: end.signal }, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 400, { error: { type: 'scripted', message: String(error) } });
      else response.destroy();
    });
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  test.after(async () => {
    end.abort();
    await close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    script: (next, key) => scripts.set(key, next),
    serve: (isServing) => (isServing ? listen(port) : close()),
    requests: () => requests,
    waitForRequest: (fits, what, deadlineMs) => eventually(() => requests.find(fits), `a request: ${what}`, deadlineMs),
  };
}

interface Inside {
  readonly requests: ModelRequest[];
  readonly scripts: Scripts;
  readonly ended: AbortSignal;
}

async function take(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const api = request.method === 'POST' ? apis.find((one) => one.asks(url.pathname) !== undefined) : undefined;
  const body = parse(text);
  const reading = api === undefined || body === undefined ? nothing : api.read(url.pathname, body);
  const asks = body === undefined ? undefined : api?.asks(url.pathname);
  const aside = asks === 'answer' && api !== undefined ? answerAside(api.name, reading) : undefined;
  const seen: ModelRequest = {
    ...reading,
    ...{ number: inside.requests.length + 1, method: request.method ?? '', path: url.pathname, headers: request.headers, body, api: api?.name },
    key: readKey(request.headers, url),
    kind: asks === undefined ? 'other' : asks === 'count' ? 'count' : aside === undefined ? 'main' : 'side',
    text: reading.said.map((one) => one.text).join('\n'),
    results: reading.said.filter(({ role }) => role === 'tool').map((one) => one.text),
  };
  const step = seen.kind === 'main' ? inside.scripts.next(seen) : undefined;
  inside.requests.push(step === undefined ? seen : { ...seen, step });
  if (api === undefined || asks === undefined) return answerOther(response, url.pathname);
  if (asks === 'count') return sendJson(response, 200, api.count(reckonUsage(text.length).input));
  await answer(
    { api, request: seen, step: step ?? { text: aside ?? '' }, bytes: text.length, isArray: isArrayStream(url, seen), ended: inside.ended },
    response,
  );
}

interface Answering {
  readonly api: Api;
  readonly request: ModelRequest;
  readonly step: Step;
  readonly bytes: number;
  readonly isArray: boolean;
  readonly ended: AbortSignal;
}

async function answer({ api, request, step, bytes, isArray, ended }: Answering, response: ServerResponse): Promise<void> {
  const { pace = {}, fail } = step;
  if (pace.hang === true) return;
  if (pace.delayMs !== undefined) await sleep(pace.delayMs, undefined, { signal: ended });
  const about = { nowMs: Date.now(), model: request.model };
  if (pace.reset === true) return void response.socket?.resetAndDestroy();
  if (fail !== undefined) return sendFailure(response, api.fail(fail, about), fail, request.stream);
  const fitted: Answer = fitStep(step, request, bytes);
  const { whole, events } = api.write({ id: `scripted${request.number}`, ...about, answer: fitted });
  if (isArray)
    return sendJson(
      response,
      200,
      events.map(({ data }) => data),
    );
  if (!request.stream) return sendJson(response, 200, whole);
  await sendStream(response, events, pace);
}

/** Gemini streams a JSON array where server-sent events are not asked for. */
function isArrayStream(url: URL, { api, stream }: ModelRequest): boolean {
  return api === 'gemini' && stream && url.searchParams.get('alt') !== 'sse';
}

function answerOther(response: ServerResponse, path: string): void {
  const model = { id: 'scripted', object: 'model', created: 0, owned_by: 'scripted' };
  if (path === '/v1/models') sendJson(response, 200, { object: 'list', data: [model] });
  else sendJson(response, 404, { error: { type: 'not_found_error', message: `nothing is scripted for ${path}` } });
}

const nothing: Reading = { model: '', stream: false, said: [], tools: [], schema: undefined };

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
