import type { Json } from './json.ts';
import type { Answer, Failure } from './step.ts';

/** The four APIs that agents speak. */
export type ApiName = 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini';

/** One API: how its requests are read, and how an answer is put into its words. Pure but for what it is handed. */
export interface Api {
  readonly name: ApiName;
  /** What a POST to this path asks for; undefined where it is not this API's. */
  readonly asks: (path: string) => 'answer' | 'count' | undefined;
  readonly read: (path: string, body: Json) => Reading;
  readonly write: (to: Written) => { readonly whole: Json; readonly events: readonly StreamEvent[] };
  readonly fail: (failure: Failure, about: { readonly nowMs: number; readonly model: string }) => FailedReply;
  readonly count: (tokens: number) => Json;
}

/** What a request holds, whatever API it came by. */
export interface Reading {
  readonly model: string;
  readonly stream: boolean;
  readonly said: readonly Said[];
  readonly tools: readonly OfferedTool[];
  /** The JSON schema that the answer has to fill, where one is asked for. */
  readonly schema: Json | undefined;
}

/** One message of a request; what the client itself put in (system prompt, hooks' words) is `system`, what tools gave back is `tool`. */
export interface Said {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

/** A tool that a client offers, with the JSON schema of its arguments. */
export interface OfferedTool {
  readonly name: string;
  readonly schema: Json | undefined;
}

/** An answer to be written; `id` is unique in the server, `nowMs` in ms since 1970. */
export interface Written {
  readonly id: string;
  readonly nowMs: number;
  readonly model: string;
  readonly answer: Answer;
}

/** One event of a stream: its name where the API names them, and its data, as JSON or as it is. */
export interface StreamEvent {
  readonly name?: string;
  readonly data: Json | '[DONE]';
}

/** A failure as the vendor tells it. With `events` it comes in a stream that began well. */
export interface FailedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly events?: readonly StreamEvent[];
}
