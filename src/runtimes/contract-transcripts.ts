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

/** Files below a folder, whose absolute path is taken as it is, whatever characters it has; in the pattern, `*` stands for any part of a name. */
export interface FilePattern {
  readonly folder: string;
  readonly pattern: string;
}

/** Where the sub-agents of a conversation write. What they say and spend is the conversation's, and none of its context. */
export interface SubagentFiles {
  /** Where their files lie, for a transcript's path. */
  patterns(transcript: string): readonly FilePattern[];
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
  /** When somebody interrupted the turn, in ms since 1970: nothing keeps the program from going on, it only waits. */
  readonly interruptedAt?: number;
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
