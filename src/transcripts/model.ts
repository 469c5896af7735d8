import { type Entry, estimateTokens, type LineReading, type TurnUsage } from '#runtimes/model';

/** Where a reader stands in a transcript: it goes on at `offset`, unless the file is another by then. Plain JSON, so that it can be kept. */
export interface Position {
  readonly offset: number;
  /** Size of the file when it was read; it never shrinks while it is the same file. */
  readonly size: number;
  readonly inode: number;
}

/** Where an entry's line begins, for citation. `offset` in bytes. */
export interface Place {
  readonly path: string;
  readonly offset: number;
}

/** An entry with its raw place. */
export interface PlacedEntry extends Entry {
  readonly place: Place;
}

/** What a transcript says of tokens, read up to `position`; hand it in again to read on from there. Plain JSON. */
export interface UsageReading {
  readonly position: Position | undefined;
  /** Usage of the newest turn; undefined before the first. */
  readonly last: TurnUsage | undefined;
  /** Estimated tokens of what came after `last`, which it does not count. */
  readonly trailingTokens: number;
  readonly turnCount: number;
  readonly totals: { readonly inputTokens: number; readonly outputTokens: number };
  /** How full the window was after each of the newest turns, oldest first, in tokens. */
  readonly recentContextTokens: readonly number[];
  readonly badLineCount: number;
}

/** Turns over which growth is averaged: enough to smooth one large output, few enough to follow a change of work. */
const recentCountMax = 9;

/** The reading of an empty transcript. */
export const emptyUsage: UsageReading = {
  position: undefined,
  last: undefined,
  trailingTokens: 0,
  turnCount: 0,
  totals: { inputTokens: 0, outputTokens: 0 },
  recentContextTokens: [],
  badLineCount: 0,
};

/** The reading with one more line. A line's usage counts what the line itself holds; a repeated id replaces the turn it repeats. */
export function addLine(reading: UsageReading, line: LineReading): UsageReading {
  const { usage } = line;
  if (usage === undefined) {
    const tokens = line.entries.reduce((sum, entry) => sum + estimateTokens(entry.text), 0);
    return { ...reading, trailingTokens: reading.trailingTokens + tokens };
  }
  const isRepeated = reading.last?.id === usage.id;
  const replaced = isRepeated ? reading.last : undefined;
  return {
    ...reading,
    last: usage,
    trailingTokens: 0,
    turnCount: reading.turnCount + (isRepeated ? 0 : 1),
    totals: {
      inputTokens: reading.totals.inputTokens + usage.inputTokens - (replaced?.inputTokens ?? 0),
      outputTokens: reading.totals.outputTokens + usage.outputTokens - (replaced?.outputTokens ?? 0),
    },
    recentContextTokens: [...(isRepeated ? reading.recentContextTokens.slice(0, -1) : reading.recentContextTokens), usage.contextTokens].slice(-recentCountMax),
  };
}
