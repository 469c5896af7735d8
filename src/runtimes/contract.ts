import type { ForkOrder, Launch, LaunchOrder } from './contract-launch.ts';
import type { Signal, SignalAnswer, SignalReply, SignalReport } from './contract-signals.ts';
import type { FilePattern, TranscriptFormat } from './contract-transcripts.ts';

export type * from './contract-launch.ts';
export * from './contract-signals.ts';
export type * from './contract-transcripts.ts';

/** Version of this contract; an adapter names the one that it was written for, and the registry's test holds them together. */
export const contractVersion = 2;

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
  /** What to start to talk to a past conversation in a copy of it, the original untouched (seance); absent where the program can't copy one. */
  fork?(order: ForkOrder): Launch;
  /** What the program tells on stdin with a signal. Fault `invalid` where that is not the shape this runtime writes. */
  readSignal(signal: Signal, stdinText: string): SignalReport;
  /** Our answer in the form that the program obeys; undefined where it can't carry that answer at that signal, so say it another way. */
  answer(signal: Signal, answer: SignalAnswer): SignalReply | undefined;
  readonly transcript: TranscriptFormat;
  /** Where a conversation's transcript may lie, most likely first, where its signals don't say. */
  locateTranscript?(about: { readonly conversation: string; readonly cwd: string; readonly env: Environment }): readonly FilePattern[];
  /** What a session's environment says of its context, where a person sets that so; absent where the program takes nothing of the kind. */
  readLimits?(env: Environment): ContextLimits;
  /** Whether the program makes another text of this one when it is pasted, so that it had better come with a signal; absent where it changes nothing. */
  changesPaste?(text: string): boolean;
  /** What a captured screen says of the program's prompt, so that a line can be typed into an empty one; pure. */
  readScreen?(screen: string): ScreenReading;
  /** The dialog that stands on a captured screen, where the prompt of the program can't be read; pure. */
  readDialog?(screen: string): ScreenReading['dialog'];
  /** The settings of a person that carry our signals to sessions that Baton did not start (`signals install`); absent where there are none. */
  personalSignals?(about: { readonly env: Environment; readonly baton: string }): PersonalSignals;
}

/** Names and values of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a person set of the context by the program's environment, in tokens: `windowTokens` stands in the descriptor's place, where the transcript tells no
 * window; no window is larger than `windowTokensMax`; the program compacts at this share of it, if that is less than the descriptor's.
 */
export interface ContextLimits {
  readonly windowTokens?: number;
  readonly windowTokensMax?: number;
  readonly compactsAtShare?: number;
}

/**
 * A captured screen's prompt: `empty` and waiting for a line; `typed`, somebody's line stands there and was not sent; `busy`, the program works or
 * asks for something else than a line; `unknown` where the screen does not tell.
 */
export interface ScreenReading {
  readonly prompt: 'empty' | 'typed' | 'busy' | 'unknown';
  /** The line that stands in a prompt that is `typed`, from its beginning; absent where it begins a line of the screen with `❯` or `›`. */
  readonly typed?: string;
  /** The dialog that stands on the screen, of those that are known, and the keys (tmux names) that accept it; a person is asked where there are none. */
  readonly dialog?: { readonly name: string; readonly accept: readonly string[] };
}

/** What the planner of a start must know before anything runs. A `kind` may carry more than its name; a new runtime may bring a new kind. */
export interface Descriptor {
  /** Program and words that start it, where no setting says other. */
  readonly command: readonly [string, ...string[]];
  /** Whether a model reads its prompts, so that it can be asked for something. */
  readonly hasModel: boolean;
  /** How the first prompt reaches it: with the command, on its stdin, pasted into its prompt once that is empty, or not at all. */
  readonly prompt: { readonly kind: 'argv' } | { readonly kind: 'stdin' } | { readonly kind: 'paste' } | { readonly kind: 'none' };
  /**
   * Who calls `baton signal` (the program by itself, its settings, a plugin of ours, or nobody), which signals it reports, and at which of them an
   * answer reaches the model as context.
   */
  readonly signals: {
    readonly kind: 'own' | 'settings' | 'plugin' | 'none';
    readonly reported: readonly Signal[];
    readonly carriesContext: readonly Signal[];
    /** A turn that failed or was interrupted ends without a stop signal: the last record of its transcript tells of it. */
    readonly failsUntold?: true;
  };
  /** Whether the start signal comes when the program starts, only with its first prompt (Codex, Kimi), or never. */
  readonly startSignal: { readonly kind: 'before-prompt' } | { readonly kind: 'with-prompt' } | { readonly kind: 'none' };
  /** What it can do with a conversation: take an id that we choose, go on with one, copy one, answer one question without a terminal. */
  readonly conversation: { readonly takesId: boolean; readonly resumes: boolean; readonly forks: boolean; readonly prints: boolean };
  /** The context window in tokens, where neither settings nor the transcript know better. */
  readonly windowTokens: number;
  /** Where in the window the program compacts by itself, as a share from 0 to 1; the window is usable up to there. 1: never. */
  readonly compactsAtShare: number;
  /** What the program may be called in a process list or as a pane's current command. */
  readonly processNames: readonly string[];
  /** The most bytes of prime that it takes in whole. */
  readonly primeBytes: number;
  /**
   * Whose account it works under: the variable that moves its whole home, where there is one, and what shows a login, as files under that home (by
   * default `home`, `~` is the person's) or as variables. Undefined where it needs no login, or none that could be looked for.
   */
  readonly login: { readonly variable?: string; readonly home: string; readonly files: readonly string[]; readonly variables: readonly string[] } | undefined;
  /** What a person should know of it, a sentence each: what it leaves behind, what it does not report. Shown in the docs. */
  readonly quirks: readonly string[];
}

/** Our part of a person's settings file: `add` puts it in once, `remove` takes exactly it out; both leave everything else byte for byte where they can. */
export interface PersonalSignals {
  readonly path: string;
  /** The file's new text; `undefined` stands for a file that is not there. Fault `invalid` for a text that can't be read. */
  add(text: string | undefined): string;
  remove(text: string): string;
}
