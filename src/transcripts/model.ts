import type { Entry, LineReading, TurnUsage } from '#runtimes/model';

/** Where a reader stands in a transcript; it goes on there, unless the transcript is another by then. Plain JSON, so that it can be kept. */
export type Position = LinesPosition | RowsPosition;

/** In files: `offset` bytes into the one with this `inode`, which may have another name by then. */
export interface LinesPosition {
  readonly kind: 'lines';
  readonly offset: number;
  /** Size of the file when it was read; it never shrinks while it is the same file. */
  readonly size: number;
  readonly inode: number;
  /** A sum over the bytes before the offset: a file that was written anew has others there. */
  readonly mark: number;
  readonly copied?: CopiedPart;
}

/** In a database: behind the rows up to `changed`. `offset` is how many bytes were read of it in all. */
export interface RowsPosition {
  readonly kind: 'rows';
  readonly offset: number;
  readonly changed: number | string;
  /** Sums of the rows with this `changed` that were read, since others may still get the same one. */
  readonly seen: readonly number[];
  readonly inode: number;
  readonly copied?: CopiedPart;
}

/** What is known by a position of the copy with which its transcript begins: until when that goes, and when the turn began that is being read. */
export interface CopiedPart {
  readonly until: number;
  readonly turnAt: number | null;
}

/** Where an entry's record lies, for citation: in a file where its line begins, in bytes; in a database the `changed` of its row. */
export type Place = { readonly path: string; readonly offset: number } | { readonly path: string; readonly changed: number | string };

/** An entry with its raw place. */
export interface PlacedEntry extends Entry {
  readonly place: Place;
}

/** A record as a transcript's format reads it, with its raw place. */
export interface PlacedReading extends LineReading {
  readonly place: Place;
}

/** Tokens that were spent, in all turns. */
export interface Spent {
  /** All that was read, cached or not. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input what came from the provider's cache, and what was written into it. */
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
}

/** What a transcript says of tokens, read up to `position`; hand it in again to read on from there. Plain JSON. */
export interface UsageReading {
  readonly position: Position | undefined;
  /** Usage of the conversation's newest turn, sub-agents' left out; undefined before the first. */
  readonly last: TurnUsage | undefined;
  /** How full the window is by what was told last: by the newest turn, or by what changed the context after it. */
  readonly contextTokens: number;
  /** Estimated tokens of what came after that, which it does not count. */
  readonly trailingTokens: number;
  /** False before the first turn, and after a change of the context that told no tokens, until the next turn: then `contextTokens` is estimated. */
  readonly isMeasured: boolean;
  /** Whether the context was changed since `last`. */
  readonly isLastStale: boolean;
  /** The window in tokens, where the transcript tells it. */
  readonly windowTokens: number | null;
  /** Turns of the conversation itself. */
  readonly turnCount: number;
  /** Of all turns in the transcript, sub-agents' too. */
  readonly totals: Spent;
  /** How full the window was after each of the newest turns, oldest first, in tokens. */
  readonly recentContextTokens: readonly number[];
  /** The newest turns with what each spent (input, output, cached, cache write), by which one that is told again is known. */
  readonly turns: readonly (readonly [id: string, ...spent: readonly number[]])[];
  /** The newest records: how full the context was before and after each, and its own estimated tokens. */
  readonly records: readonly (readonly [id: string, before: number, after: number, own: number])[];
  /** How full the context was before each of the newest prompts that may be undone, oldest first, in tokens. */
  readonly prompts: readonly number[];
  /** The record of the newest compaction, which counts once. */
  readonly compactedBy: string | null;
  /** What ended the newest turn before its end, where its program says so and nothing came after it, and when, in ms since 1970. */
  readonly failure: { readonly text: string; readonly at: number } | null;
  readonly badLineCount: number;
}

/** The reading of an empty transcript. */
export const emptyUsage: UsageReading = {
  position: undefined,
  last: undefined,
  contextTokens: 0,
  trailingTokens: 0,
  isMeasured: false,
  isLastStale: false,
  windowTokens: null,
  turnCount: 0,
  totals: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 },
  recentContextTokens: [],
  turns: [],
  records: [],
  prompts: [],
  compactedBy: null,
  failure: null,
  badLineCount: 0,
};

export { listArchived, viewActive } from './rules.ts';
