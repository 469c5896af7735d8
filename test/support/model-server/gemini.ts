import type { Api, FailedReply, Reading, Said, StreamEvent, Written } from './api.ts';
import { type Json, pick, pickList, pickText, textsIn } from './json.ts';
import { splitText } from './split-text.ts';
import type { Answer, Failure, FailureKind } from './step.ts';

const paths = /^\/v1(?:beta|alpha)?\/models\/([^:/]+):(generateContent|streamGenerateContent|countTokens)$/;

/** Google's Gemini API. */
export const gemini: Api = {
  name: 'gemini',
  asks: (path) => {
    const verb = paths.exec(path)?.[2];
    return verb === undefined ? undefined : verb === 'countTokens' ? 'count' : 'answer';
  },
  read,
  write,
  fail,
  count: (tokens) => ({ totalTokens: tokens }),
};

function read(path: string, body: Json): Reading {
  const [, model = '', verb] = paths.exec(path) ?? [];
  return {
    model,
    stream: verb === 'streamGenerateContent',
    said: [{ role: 'system', text: textsIn(pick(body, 'systemInstruction')).join('\n') }, ...pickList(body, 'contents').flatMap(readContent)],
    tools: pickList(body, 'tools')
      .flatMap((tool) => pickList(tool, 'functionDeclarations'))
      .map((tool) => ({ name: pickText(tool, 'name'), schema: pick(tool, 'parametersJsonSchema') ?? pick(tool, 'parameters') })),
    schema: pick(body, 'generationConfig', 'responseJsonSchema') ?? pick(body, 'generationConfig', 'responseSchema'),
  };
}

function readContent(content: Json): Said[] {
  const role = pickText(content, 'role') === 'model' ? 'assistant' : 'user';
  return pickList(content, 'parts').map((part) => ({ role: pick(part, 'functionResponse') === undefined ? role : 'tool', text: textsIn(part).join('\n') }));
}

function write({ id, model, answer }: Written): { whole: Json; events: readonly StreamEvent[] } {
  const said: Json[] = answer.text === '' ? [] : [{ text: answer.text }];
  const called = answer.calls.map(({ name, args }, i): Json => ({ functionCall: { id: `call_${id}_${i}`, name, args } }));
  const frame = (parts: Json[], finish: { finishReason?: string }): { [key: string]: Json } => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, ...finish }],
    ...{ modelVersion: model, responseId: id },
  });
  const usageMetadata = usageOf(answer);
  const whole = { ...frame([...said, ...called], { finishReason: 'STOP' }), usageMetadata };
  const parts = [...splitText(answer.text).map((text) => ({ text })), ...called].map((part) => frame([part], {}));
  return { whole, events: [...parts, { ...frame([{ text: '' }], { finishReason: 'STOP' }), usageMetadata }].map((data) => ({ data })) };
}

function usageOf({ usage }: Answer): Json {
  return {
    promptTokenCount: usage.input,
    cachedContentTokenCount: usage.cached,
    candidatesTokenCount: usage.output - usage.reasoning,
    thoughtsTokenCount: usage.reasoning,
    totalTokenCount: usage.input + usage.output,
  };
}

const words: Readonly<Record<FailureKind, readonly [code: number, status: string, message: string]>> = {
  unauthorized: [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid credential.',
  ],
  forbidden: [403, 'PERMISSION_DENIED', 'The caller does not have permission'],
  limited: [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'],
  broken: [500, 'INTERNAL', 'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting'],
  overloaded: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  overflow: [400, 'INVALID_ARGUMENT', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
};

function fail({ kind, message, resetS }: Failure): FailedReply {
  const [code, status, said] = words[kind];
  const hasReset = kind === 'limited' && resetS !== undefined;
  const details: Json[] = hasReset ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${resetS}s` }] : [];
  const headers: Record<string, string> = hasReset ? { 'retry-after': String(resetS) } : {};
  return { status: code, headers, body: { error: { code, message: message ?? said, status, ...(hasReset ? { details } : {}) } } };
}
