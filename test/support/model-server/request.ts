import type { IncomingHttpHeaders } from 'node:http';
import type { ApiName, Reading } from './api.ts';
import type { Json } from './json.ts';
import type { Step } from './step.ts';

/** A request that came, whole, with what it was taken for and what was done about it. */
export interface ModelRequest extends Reading {
  /** From 1, in the order in which they came. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where the body is no JSON. */
  readonly body: Json | undefined;
  /** The client's API key, by whatever header or parameter it came; empty where there is none. */
  readonly key: string;
  readonly api: ApiName | undefined;
  /** `main` is a turn of the agent's own; `side` a title, a summary or a router; `count` counts tokens; `other` is everything else. */
  readonly kind: 'main' | 'side' | 'count' | 'other';
  /** All that was said in it, system prompt and tools' results included. */
  readonly text: string;
  /** What tools gave back, oldest first. */
  readonly results: readonly string[];
  /** The step that a main request was answered with. */
  readonly step?: Step;
}

/** A client's key, as the four vendors' clients send it. */
export function readKey(headers: IncomingHttpHeaders, url: URL): string {
  const bearer = headers.authorization?.replace(/^Bearer /i, '');
  const named = [headers['x-api-key'], headers['x-goog-api-key']].find((one): one is string => typeof one === 'string');
  return named ?? bearer ?? url.searchParams.get('key') ?? '';
}
