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
  /** Where a conversation's transcript may lie, most likely first, where its signals don't say: absolute paths, in which `*` stands for any name. */
  locateTranscript?(about: { readonly conversation: string; readonly cwd: string; readonly env: Environment }): readonly string[];
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
    /** A turn that failed ends without a stop signal: the last record of its transcript tells of it. */
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

/** What a start wants. `env` is complete (DESIGN.md L5); paths are absolute. */
export interface LaunchOrder {
  /** Beacon line first, then what to do (L6). */
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
  readonly programs: Programs;
  /** The folder that it works in. */
  readonly cwd: string;
  /** Our folder for this launch's settings, outside of the worktree; the files of a `Launch` lie in it. */
  readonly filesFolder: string;
  /** A new conversation's id (a UUID), for a runtime that takes one. */
  readonly conversation: string;
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

/** A talk with a past conversation: one question, answered on stdout, or none, so that a person talks to it in a terminal. */
export interface ForkOrder {
  /** The conversation that is copied, and its transcript where that is known. */
  readonly conversation: string;
  readonly transcript: string | undefined;
  /** The copy's id (a UUID), for a runtime that takes one. */
  readonly copy: string;
  readonly question: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly filesFolder: string;
  readonly command?: readonly string[] | undefined;
  readonly model?: string | undefined;
}

/**
 * Absolute paths of what an adapter may put into argv and settings: our node, the `baton` command, what a session's settings call with a signal's name
 * (`<signal> stop`: it is `baton signal stop`, leaves what needs no answer in the spool without starting a program, ends with 0 whatever happens and
 * notes a failure), and Baton's own programs for panes.
 */
export interface Programs {
  readonly node: string;
  readonly baton: string;
  readonly signal: string;
  readonly runbook: string;
  readonly view: string;
}

/**
 * What the caller carries out: make `mirrors`, write `files`, make `accepted`, then run `argv` with `env`, `stdin` on its stdin.
 */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly LaunchFile[];
  /** What stands for the program's home, where it takes settings from there alone (decision 0021). */
  readonly mirrors?: readonly Mirror[];
  /** What a person would accept in a dialog at the first start in a folder; done only where the permissions are `bypass`. */
  readonly accepted?: readonly Acceptance[];
  readonly stdin?: string;
  /** The prompt is pasted, as where the descriptor says `paste`: this command takes none. */
  readonly isPromptPasted?: boolean;
}

/**
 * A file that must stand before the program starts: absolute path, whole text; 0600. `behind` is a file below the home that the descriptor's `login`
 * tells: its text, where there is one, stands before ours.
 */
export interface LaunchFile {
  readonly path: string;
  readonly text: string;
  readonly behind?: string;
}

/**
 * A folder of ours, in the order's folder, that stands for one of the person's: each entry of theirs is linked in it, but for those that are `own`.
 * `of` is a path below the home that the descriptor's `login` tells ('' is that home). What is named in `folders` and `files` is linked also where the
 * person has none yet, so that what the program puts there outlives the launch: such a folder is made, such a file is left to the program.
 */
export interface Mirror {
  readonly path: string;
  readonly of: string;
  readonly own: readonly string[];
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * A word in the program's own notes of what its person accepted: a value at a path of keys in a JSON file, or a whole small file; nothing that stands
 * there already is changed.
 */
export type Acceptance =
  | { readonly kind: 'json'; readonly path: string; readonly keys: readonly string[]; readonly value: string | number | boolean }
  | { readonly kind: 'file'; readonly path: string; readonly text: string };

/** Our part of a person's settings file: `add` puts it in once, `remove` takes exactly it out; both leave everything else byte for byte where they can. */
export interface PersonalSignals {
  readonly path: string;
  /** The file's new text; `undefined` stands for a file that is not there. Fault `invalid` for a text that can't be read. */
  add(text: string | undefined): string;
  remove(text: string): string;
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

/**
 * How a transcript is read. `lines`: a file that grows by whole lines, each read on its own; what it was called before it was rotated, oldest first,
 * where the program does that. `rows`: a database that holds many conversations; `query` gives the rows of one, with a `changed` that never falls from
 * row to row, from which reading goes on (parameters: the conversation, the last `changed` that was read; rows with that one too, since others may get
 * it yet).
 */
export type TranscriptFormat = LinesFormat | RowsFormat;

export interface LinesFormat {
  readonly kind: 'lines';
  /** What one line holds, without its line end; undefined where it is no record of this runtime (a bad line). */
  readLine(line: string): LineReading | undefined;
  /** Of the names in the transcript's folder those that hold what came before it, oldest first. */
  earlierFiles?(name: string, names: readonly string[]): readonly string[];
  /** The files in which its sub-agents' words lie, where they have files of their own. */
  readonly subagentFiles?: SubagentFiles;
}

/** Where the sub-agents of a conversation write. What they say and spend is the conversation's, and none of its context. */
export interface SubagentFiles {
  /** Where their files lie, for a transcript's path: absolute paths, in which `*` stands for any part of a name. */
  patterns(transcript: string): readonly string[];
  /** The sub-agent that such a file is of; undefined where it is none of this conversation's. */
  nameOf(file: { readonly path: string; readonly transcript: string; readonly firstLine: () => string }): string | undefined;
}

export interface RowsFormat {
  readonly kind: 'rows';
  readonly query: string;
  /** What one row of the query holds; undefined where it is none of this runtime's. A row that comes again replaces what it said before. */
  readRow(row: Readonly<Record<string, unknown>>): LineReading | undefined;
}

/** One record's entries (often one, sometimes none), the usage that it reports, and what it changes in what came before it. */
export interface LineReading {
  readonly entries: readonly Entry[];
  readonly usage?: TurnUsage;
  /** The window in tokens, where the record tells it. */
  readonly windowTokens?: number;
  readonly change?: ContextChange;
  /** What it is to a change that undoes turns, where the runtime has such. */
  readonly undo?: UndoRole;
  /** What keeps the program from going on, in its own words, and since when, in ms since 1970, where the record says it. */
  readonly failure?: string;
  readonly failedAt?: number;
  /**
   * The transcript begins with a copy of another conversation: all that stands before this record, or was told of a moment before this one (ms since
   * 1970), was spent there. It is in the context here all the same.
   */
  readonly copiedUntil?: number;
  /** When the turn began that this record and those behind it are of, where the moments of copied records are those of the copying. */
  readonly turnAt?: number;
}

/**
 * What a record changes in the active context, which is what the model still holds; the archive keeps every record.
 *
 * - `compacted`: all before it is out, but for what begins with the record `keepFrom` or is named in `kept`; the reported usage is of before.
 *   `tokens`: what is left, where the record tells it.
 * - `rewound`: the record `to` and all after it are out, everything where there is no such record.
 * - `replaced`: everything is out; this record's entries stand in its place.
 * - `undone`: the last so many prompts with which a person began a turn are out, and all after them, but for what is lasting (`UndoRole`); nothing where
 *   a compaction or less than that lies behind.
 * - `edited`: this record's entries, which may be none, stand in place of those of the record `target`, in the voice of that one.
 * - `same`: the record with this record's id is said anew.
 */
export type ContextChange =
  | { readonly kind: 'compacted'; readonly keepFrom?: string; readonly kept?: readonly string[]; readonly tokens?: number }
  | { readonly kind: 'rewound'; readonly to: string }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'undone'; readonly prompts: number }
  | { readonly kind: 'edited'; readonly target: string }
  | { readonly kind: 'same' };

/**
 * What a record is to a change that undoes turns: a `prompt` that a person began a turn with, or `lasting`, what the program brought in for itself and
 * brings in no second time. `of` is the id of the prompt that it is, or for which alone it was brought in: it goes with that one.
 */
export interface UndoRole {
  readonly kind: 'prompt' | 'lasting';
  readonly of?: string;
}

/**
 * Whose words an entry holds; `system` is all that neither the person nor the agent said: prime, injected text; `summary` is what a compaction left of
 * what was said before.
 */
export type EntryKind = 'user' | 'assistant' | 'tool-call' | 'tool-result' | 'system' | 'summary';

/** One thing said or done in a conversation. `at` is in ms since 1970, where the record says it. */
export interface Entry {
  readonly kind: EntryKind;
  readonly text: string;
  readonly at?: number;
  /** The runtime's own id for the record. */
  readonly id?: string;
  /** The record that it follows, where conversations branch; null for a first one. */
  readonly parent?: string | null;
  /** The sub-agent whose words these are: they are not in the context of the conversation itself. */
  readonly subagent?: string;
  /** Of a tool's call and its result: the tool, and the id that joins the two. */
  readonly tool?: { readonly name?: string; readonly call?: string; readonly isError?: boolean };
}

/** What a turn of the model cost, in tokens. Records with the same `id` repeat one turn and count once (Claude Code writes one per block). */
export interface TurnUsage {
  readonly id: string;
  /** All that was read for this turn, cached or not. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How full the window was after the turn. */
  readonly contextTokens: number;
  /** Of the input what was read from the provider's cache, and what was written into it. */
  readonly cachedTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly model?: string;
  readonly at?: number;
  /** The sub-agent that it was spent by; it says nothing of the conversation's own context. */
  readonly subagent?: string;
  /** It was spent in the conversation that this one is a copy of. */
  readonly isCopied?: true;
}
