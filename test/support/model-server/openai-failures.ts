import type { FailedReply } from './api.ts';
import type { Failure, FailureKind } from './step.ts';

/** OpenAI's failures are the same for both of its APIs but for the words of an overflow. */
export function failAsOpenAi({ kind, message, resetS }: Failure, { overflow }: { overflow: string }): FailedReply {
  const { status, type, code, says } = words[kind];
  const headers = kind === 'limited' && resetS !== undefined ? limitHeaders(resetS) : {};
  const said = message ?? (kind === 'overflow' ? overflow : says);
  const param = kind === 'overflow' ? 'messages' : null;
  return { status, headers: { 'x-request-id': 'req_scripted', ...headers }, body: { error: { message: said, type, param, code } } };
}

interface Words {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly says: string;
}

const words: Readonly<Record<FailureKind, Words>> = {
  unauthorized: {
    ...{ status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
    says: 'Incorrect API key provided: dummy. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  forbidden: { status: 403, type: 'invalid_request_error', code: 'model_not_found', says: 'Project does not have access to model `scripted`.' },
  limited: {
    ...{ status: 429, type: 'tokens', code: 'rate_limit_exceeded' },
    says: 'Rate limit reached for scripted in organization org-scripted on tokens per min (TPM): Limit 30000, Used 30000, Requested 1200.',
  },
  broken: { status: 500, type: 'server_error', code: null, says: 'The server had an error while processing your request. Sorry about that!' },
  overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded', says: 'That model is currently overloaded with other requests.' },
  overflow: { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded', says: '' },
};

function limitHeaders(resetS: number): Record<string, string> {
  return {
    'retry-after': String(resetS),
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-requests': `${resetS}s`,
    'x-ratelimit-reset-tokens': `${resetS}s`,
  };
}
