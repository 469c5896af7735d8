/** Version of this contract; an adapter names the one that it was written for, and the registry's test holds them together. */
export const contractVersion = 1;

/**
 * A program that can play an agent, as an adapter describes it. An adapter only translates: orders into argv, environment and files; the
 * program's own words into our signals and entries. It never spawns, writes or waits (STYLE.md). What is tried while running is an optional
 * method; absent means `unsupported`.
 */
export interface Runtime {
  readonly contract: typeof contractVersion;
  readonly name: string;
  readonly descriptor: Descriptor;
  /** What to start for an order. */
  launch(order: LaunchOrder): Launch;
  /** What the program tells on stdin with a signal. Fault `invalid` where that is not the shape this runtime writes. */
  readSignal(signal: Signal, stdinText: string): SignalReport;
  /** Our answer in the form that the program obeys; undefined where it can't carry that answer at that signal, so say it another way. */
  answer(signal: Signal, answer: SignalAnswer): SignalReply | undefined;
  readonly transcript: TranscriptFormat;
  /** What a captured screen says of the program's prompt, so that a line can be typed into an empty one; pure. */
  readScreen?(screen: string): ScreenReading;
}

/**
 * A captured screen's prompt: `empty` and waiting for a line; `typed`, somebody's line stands there and was not sent; `busy`, the program works or
 * asks for something else than a line; `unknown` where the screen does not tell.
 */
export interface ScreenReading {
  readonly prompt: 'empty' | 'typed' | 'busy' | 'unknown';
}

/** What the planner of a start must know before anything runs. A `kind` may carry more than its name; a new runtime may bring a new kind. */
export interface Descriptor {
  /** How the first prompt reaches it: with the command, or not at all. */
  readonly prompt: { readonly kind: 'argv' } | { readonly kind: 'none' };
  /** Who calls `baton signal`: the program by itself, its settings, a plugin of ours, or nobody. */
  readonly signals: { readonly kind: 'own' } | { readonly kind: 'settings' } | { readonly kind: 'plugin' } | { readonly kind: 'none' };
  /** Whether the start signal comes when the program starts, only with its first prompt (Codex, Kimi), or never. */
  readonly startSignal: { readonly kind: 'before-prompt' } | { readonly kind: 'with-prompt' } | { readonly kind: 'none' };
  /** The context window in tokens, where neither settings nor the transcript know better. */
  readonly windowTokens: number;
  /** Where in the window the program compacts by itself, as a share from 0 to 1; the window is usable up to there. 1: never. */
  readonly compactsAtShare: number;
  /** What the program may be called in a process list or as a pane's current command. */
  readonly processNames: readonly string[];
  /** The most bytes of prime that it takes in whole. */
  readonly primeBytes: number;
}

/** What a start wants. `env` is complete (DESIGN.md L5); paths are absolute. */
export interface LaunchOrder {
  /** Beacon line first, then what to do (L6). */
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
  readonly programs: Programs;
  /** Our folder for this launch's settings, outside of the worktree; the files of a `Launch` lie in it. */
  readonly filesFolder: string;
  /** The window in tokens, where a setting says other than the descriptor. */
  readonly windowTokens?: number | undefined;
  /** A command that is run instead of the runtime's own; the prompt follows it where the runtime takes one by argv. */
  readonly command?: readonly string[] | undefined;
  /** The runtime's own id of the conversation to go on with. */
  readonly resume?: string | undefined;
  readonly model?: string | undefined;
  /** Whether the program asks a person before it uses its tools. */
  readonly permissions: 'ask' | 'bypass';
}

/** Absolute paths of what an adapter may put into argv: our node, the `baton` command, and Baton's own programs for panes. */
export interface Programs {
  readonly node: string;
  readonly baton: string;
  readonly runbook: string;
  readonly view: string;
}

/** What the caller carries out: write `files`, then run `argv` with `env`. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly LaunchFile[];
}

/** A file that must stand before the program starts: absolute path, whole text; 0600. */
export interface LaunchFile {
  readonly path: string;
  readonly text: string;
}

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

/** How a transcript is read. `lines`: a file that grows by whole lines, each read on its own. */
export interface TranscriptFormat {
  readonly kind: 'lines';
  /** What one line holds, without its line end; undefined where it is no record of this runtime (a bad line). */
  readLine(line: string): LineReading | undefined;
}

/** One line's entries (often one, sometimes none) and the usage that it reports. */
export interface LineReading {
  readonly entries: readonly Entry[];
  readonly usage?: TurnUsage;
}

/** Whose words an entry holds; `system` is all that neither the person nor the agent said: prime, injected text, summaries. */
export type EntryKind = 'user' | 'assistant' | 'tool-call' | 'tool-result' | 'system';

/** One thing said or done in a conversation. `at` is in ms since 1970, where the record says it. */
export interface Entry {
  readonly kind: EntryKind;
  readonly text: string;
  readonly at?: number;
  /** The runtime's own id for the record. */
  readonly id?: string;
}

/** What a turn of the model cost, in tokens. Records with the same `id` repeat one turn and count once (Claude Code writes one per block). */
export interface TurnUsage {
  readonly id: string;
  /** All that was read for this turn, cached or not. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How full the window was after the turn. */
  readonly contextTokens: number;
  readonly at?: number;
}
