import { bytesPerToken, type ContextChange, type Entry, type LineReading, type TurnUsage } from '#runtimes/model';
import type { Position, UsageReading } from './model.ts';

/** Turns over which growth is averaged: enough to smooth one large output, few enough to follow a change of work. */
const recentCountMax = 9;
/** Turns that are known again when they are told again. Copies of a turn lie within one exchange, with what sub-agents did meanwhile between them. */
const turnCountMax = 500;
/** Records whose part of the context is known, to say what is left after a compaction that keeps some, and what a rewind goes back to. */
const recordCountMax = 128;
/** Prompts that may be undone. */
const promptCountMax = 32;

type Counted = readonly [input: number, output: number, cached: number, cacheWrite: number];
const nothing: Counted = [0, 0, 0, 0];
type Known = readonly [before: number, after: number, own: number];

/** Counts a transcript's tokens, record by record, on from an earlier reading. Memory is bounded, whatever the transcript's length. */
export class UsageCounter {
  #reading: UsageReading;
  readonly #turns: Map<string, Counted>;
  readonly #records: Map<string, Known>;
  readonly #totals: [number, number, number, number];
  readonly #recent: number[];

  constructor(from: UsageReading) {
    const { totals } = from;
    this.#reading = from;
    this.#turns = new Map(from.turns.map(([id, ...spent]) => [id, spent as unknown as Counted]));
    this.#records = new Map(from.records.map(([id, ...known]) => [id, known]));
    this.#totals = [totals.inputTokens, totals.outputTokens, totals.cachedTokens, totals.cacheWriteTokens];
    this.#recent = [...from.recentContextTokens];
  }

  /** One more record. Its usage counts what the record itself holds. */
  add(line: LineReading): void {
    const own = line.entries.some(isSubagents) ? line.entries.filter((entry) => !isSubagents(entry)) : line.entries;
    const isOwn = own.length > 0 || line.entries.length === 0;
    if (line.copiedUntil !== undefined) this.#forgetSpent();
    const id = own[0]?.id;
    const before = this.#contextTokens;
    // What a compaction told is left holds its summary, which may be a record of its own.
    const isTold = this.#reading.isMeasured && this.#reading.isLastStale;
    const tokens = own.reduce((sum, entry) => sum + (isTold && entry.kind === 'summary' ? 0 : tokensOf(entry)), 0);
    if (isOwn && line.windowTokens !== undefined) this.#set({ windowTokens: line.windowTokens });
    if (isOwn) this.#fail(line);
    const grown = this.#change(isOwn ? line.change : undefined, { id, at: own[0]?.at, tokens });
    if (isOwn && line.undo?.kind === 'prompt') this.#set({ prompts: [...this.#reading.prompts, before].slice(-promptCountMax) });
    if (line.usage === undefined) this.#trail(grown);
    else this.#use(line.usage, grown, line.change);
    if (line.change?.kind === 'replaced' && isOwn) this.#noteEach(own);
    else if (id !== undefined) this.#note(id, before, line.change?.kind === 'edited' ? 0 : tokens);
  }

  /** What was counted, plain JSON. */
  reading(position: Position | undefined, badLineCount: number): UsageReading {
    const [inputTokens, outputTokens, cachedTokens, cacheWriteTokens] = this.#totals;
    return {
      ...this.#reading,
      position,
      badLineCount,
      totals: { inputTokens, outputTokens, cachedTokens, cacheWriteTokens },
      recentContextTokens: [...this.#recent],
      turns: [...this.#turns].map(([id, spent]) => [id, ...spent]),
      records: [...this.#records].map(([id, known]) => [id, ...known]),
    };
  }

  get #contextTokens(): number {
    return this.#reading.contextTokens + this.#reading.trailingTokens;
  }

  #set(fields: Partial<UsageReading>): void {
    this.#reading = { ...this.#reading, ...fields };
  }

  /** What is said or spent after a failure, or an interruption, says that it went on. */
  #fail({ failure, failedAt, interruptedAt, entries, usage }: LineReading): void {
    if (failure !== undefined && failedAt !== undefined) this.#set({ failure: { text: failure, at: failedAt } });
    else if (interruptedAt !== undefined) this.#set({ failure: { text: 'interrupted', at: interruptedAt } });
    else if (this.#reading.failure !== null && (entries.length > 0 || usage !== undefined)) this.#set({ failure: null });
  }

  #trail(tokens: number): void {
    if (tokens !== 0) this.#set({ trailingTokens: Math.max(-this.#reading.contextTokens, this.#reading.trailingTokens + tokens) });
  }

  /** Changes the context; answers by how many tokens the record itself makes it grow. */
  #change(change: ContextChange | undefined, { id, at, tokens }: { id: string | undefined; at: number | undefined; tokens: number }): number {
    switch (change?.kind) {
      case undefined:
        return tokens;
      case 'same':
        return this.#isOld(id, at) ? 0 : tokens - (this.#records.get(id ?? '')?.[2] ?? 0);
      case 'compacted':
        // A row of a database is read again whenever it changes; what came after it meanwhile stays.
        if (id !== undefined && id === this.#reading.compactedBy) return 0;
        this.#turnTo(change.tokens ?? tokens + this.#keptTokens(change), change.tokens !== undefined);
        this.#set({ compactedBy: id ?? null, prompts: [] });
        return 0;
      case 'rewound':
        this.#turnTo(this.#records.get(change.to)?.[0] ?? 0, false);
        this.#forgetFrom(change.to);
        return tokens;
      case 'replaced':
        this.#turnTo(tokens, false);
        this.#set({ prompts: [] });
        return 0;
      case 'undone':
        this.#undo(change.prompts);
        return tokens;
      case 'edited':
        return this.#edit(change.target, tokens);
    }
  }

  /** The context is another: what the last turn told of it is of before. */
  #turnTo(contextTokens: number, isMeasured: boolean): void {
    this.#set({ contextTokens, isMeasured, isLastStale: true, trailingTokens: 0 });
  }

  #undo(count: number): void {
    const { prompts } = this.#reading;
    const before = prompts.at(-count);
    if (before === undefined) return;
    this.#turnTo(before, false);
    this.#set({ prompts: prompts.slice(0, -count) });
  }

  /** By how many tokens another record's words change when these stand in their place; nothing is known of one that is long past. */
  #edit(target: string, tokens: number): number {
    const known = this.#records.get(target);
    if (known === undefined) return 0;
    const [before, after, own] = known;
    this.#records.set(target, [before, after, tokens]);
    return tokens - own;
  }

  #keptTokens({ keepFrom, kept = [] }: Extract<ContextChange, { kind: 'compacted' }>): number {
    const from = keepFrom === undefined ? undefined : this.#records.get(keepFrom)?.[0];
    const rest = from === undefined ? 0 : Math.max(0, this.#contextTokens - from);
    return kept.reduce((sum, id) => sum + partOf(this.#records.get(id)), rest);
  }

  #use(usage: TurnUsage, grown: number, change: ContextChange | undefined): void {
    const isKnown = this.#spend(usage);
    // A turn that read nothing, such as a program's own message of an error, tells nothing of the context.
    if (usage.subagent !== undefined || usage.contextTokens === 0 || change?.kind === 'compacted') this.#trail(grown);
    else this.#tell(usage, { isKnown, grown: change?.kind === 'same' ? grown : 0 });
  }

  /** What a turn tells of the context. A record that is said anew with its turn holds what came after the turn, too: the results of its tools. */
  #tell(usage: TurnUsage, { isKnown, grown }: { isKnown: boolean; grown: number }): void {
    const { contextTokens } = usage;
    if (!isKnown) {
      this.#set({ last: usage, contextTokens, isMeasured: true, isLastStale: false, trailingTokens: 0, turnCount: this.#reading.turnCount + 1 });
      this.#recent.push(contextTokens);
      if (this.#recent.length > recentCountMax) this.#recent.shift();
    } else if (this.#reading.last?.id === usage.id && !this.#reading.isLastStale) {
      this.#set({ last: usage, contextTokens });
      this.#recent[this.#recent.length - 1] = contextTokens;
      this.#trail(grown);
    }
  }

  /** Adds to the totals what a turn spent here, or what it spent more than it told before; answers whether it is known. */
  #spend({ id, inputTokens, outputTokens, cachedTokens = 0, cacheWriteTokens = 0, isCopied }: TurnUsage): boolean {
    const before = this.#turns.get(id);
    const spent: Counted = isCopied === true ? nothing : [inputTokens, outputTokens, cachedTokens, cacheWriteTokens];
    spent.forEach((tokens, i) => {
      this.#totals[i] = (this.#totals[i] ?? 0) + tokens - (before?.[i] ?? 0);
    });
    this.#turns.set(id, spent);
    if (this.#turns.size > turnCountMax) dropFirst(this.#turns);
    return before !== undefined;
  }

  /** What was told so far was spent in another conversation. */
  #forgetSpent(): void {
    this.#totals.fill(0);
    for (const id of this.#turns.keys()) this.#turns.set(id, nothing);
  }

  #note(id: string, before: number, own: number): void {
    const earlier = this.#records.get(id);
    this.#records.set(id, earlier === undefined ? [before, this.#contextTokens, own] : [earlier[0], earlier[1] + own - earlier[2], own]);
    if (this.#records.size > recordCountMax) dropFirst(this.#records);
  }

  /** Each entry of a replacement is a record that may be rewound to or said anew. */
  #noteEach(entries: readonly Entry[]): void {
    this.#records.clear();
    let before = 0;
    for (const entry of entries) {
      const tokens = tokensOf(entry);
      const [start, , own] = this.#records.get(entry.id ?? '') ?? [before, before, 0];
      before += tokens;
      if (entry.id !== undefined) this.#records.set(entry.id, [start, before, own + tokens]);
      if (this.#records.size > recordCountMax) dropFirst(this.#records);
    }
  }

  /** Whether a record that is said anew was said before the newest turn, which counts it: its text was changed or taken out long afterwards. */
  #isOld(id: string | undefined, at: number | undefined): boolean {
    const { last } = this.#reading;
    return !this.#records.has(id ?? '') && at !== undefined && last?.at !== undefined && at < last.at;
  }

  #forgetFrom(id: string): void {
    let isAfter = false;
    for (const each of [...this.#records.keys()]) {
      isAfter ||= each === id;
      if (isAfter) this.#records.delete(each);
    }
  }
}

/** As `estimateTokens` has it, without a copy of the text: a transcript may be a gigabyte of it. */
function tokensOf({ text }: Entry): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

function isSubagents(entry: Entry): boolean {
  return entry.subagent !== undefined;
}

function partOf(known: Known | undefined): number {
  return known === undefined ? 0 : Math.max(known[2], known[1] - known[0]);
}

function dropFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
