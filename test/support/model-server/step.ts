import type { Json } from './json.ts';

/** What the model does at one main request. Without anything it says `ok`. */
export interface Step {
  readonly text?: string;
  /** A shell command, called by whatever shell tool the client offers. */
  readonly run?: string;
  /** Calls of other tools, by the client's own names. */
  readonly calls?: readonly ToolCall[];
  /** What is reported as used; what is left out is reckoned from the request. */
  readonly usage?: Partial<Usage>;
  readonly fail?: Failure;
  /** How the answer comes: late, slowly, not to its end, or never. */
  readonly pace?: Pace;
  /** How often a queue gives this step, 1 where nothing is said: clients ask again after a failure. */
  readonly times?: number;
}

/** A tool that the model calls. */
export interface ToolCall {
  readonly name: string;
  readonly args: { readonly [name: string]: Json };
}

/** Tokens: `input` is all that was read, cached or not; `cached` and `cacheWrite` are parts of it; `reasoning` is a part of `output`. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

/** What each vendor has its own words for: statuses 401, 403, 429, 500, 529 (503 where the vendor has no 529), 400 for an overflow. */
export type FailureKind = 'unauthorized' | 'forbidden' | 'limited' | 'broken' | 'overloaded' | 'overflow';

/** A failure instead of an answer; `status`, `message`, `headers` and `body` stand in place of the vendor's own. */
export interface Failure {
  readonly kind: FailureKind;
  /** When a limit lifts, in seconds from now. */
  readonly resetS?: number;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/**
 * `delayMs` passes before the first byte, `betweenMs` before each later event; after `cutAfter` events the connection breaks, with `reset` before the
 * first byte; `hang` answers nothing.
 */
export interface Pace {
  readonly delayMs?: number;
  readonly betweenMs?: number;
  readonly cutAfter?: number;
  readonly reset?: boolean;
  readonly hang?: boolean;
}

/** What an answer holds once a step was fitted to a request. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly usage: Usage;
}
