/** The signals, in the order of a session's life; `waiting` says that a person is asked. */
export const signals = ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'] as const;

/** An event that a runtime reports through its own mechanism. */
export type Signal = (typeof signals)[number];

/** Why a conversation starts (DESIGN.md P1). */
export const startSources = ['startup', 'resume', 'clear', 'compact', 'fork'] as const;

/** One of `startSources`. */
export type StartSource = (typeof startSources)[number];

/** What a signal tells; what a runtime does not tell is absent. */
export interface SignalReport {
  /** The runtime's own id for what it remembers. */
  readonly conversation?: string;
  readonly source?: StartSource;
  /** Absolute path of the conversation's transcript. */
  readonly transcript?: string;
  readonly cwd?: string;
  /** Text of the prompt that begins a turn. */
  readonly prompt?: string;
  readonly tool?: ToolUse;
  /** True at a stop that follows a `continue` of ours in the same turn. */
  readonly isContinued?: boolean;
  /** Why the turn failed, in the program's own words, at a stop that is none of the agent's. */
  readonly failure?: string;
  /** How full the context is, where the program tells it with a signal. */
  readonly context?: { readonly tokens: number; readonly window?: number };
}

/** A tool that is about to run, or ran; `command` where it is a shell command. */
export interface ToolUse {
  readonly name: string;
  readonly command?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * What we answer to a signal: nothing; text for the agent's context; at a stop, go on with `reason`; before a tool, don't run it because of
 * `reason`.
 */
export type SignalAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'context'; readonly text: string }
  | { readonly kind: 'continue'; readonly reason: string }
  | { readonly kind: 'deny'; readonly reason: string };

/** What the `baton signal` process prints and exits with. */
export interface SignalReply {
  readonly stdout: string;
  readonly exitCode: number;
}
