import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Chance, type Clock, randomHex } from '#base';
import { type EntryKind, estimateTokens, type RunbookRecord, roleOf } from '#runtimes/model';
import type { Conversation } from './open-conversation.ts';

/** How a command ended, as its record keeps it. */
export type ToolResult = NonNullable<RunbookRecord['result']>;

/** The agent's own file of its conversation: one JSON line per record, each in one write, with the tokens that it makes. */
export class Transcript {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #conversation: string;
  readonly #file: number;
  /** Tokens of all that was seen or said, and of what the agent itself has said since its last turn. */
  #contextTokens: number;
  #ownTokens = 0;

  constructor({ clock, chance }: { clock: Clock; chance: Chance }, { path, id, contextTokens }: Conversation) {
    this.#clock = clock;
    this.#chance = chance;
    this.#conversation = id;
    this.#contextTokens = contextTokens;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#file = openSync(path, 'a+', 0o600);
    if (isTorn(this.#file)) writeSync(this.#file, '\n');
  }

  /** Adds what was said, done or seen. Nothing is added for an empty text. */
  add(kind: EntryKind, content: string, result?: ToolResult): void {
    if (content === '' && result === undefined) return;
    this.#count(kind, content);
    this.#write(this.#record(kind, content, result === undefined ? {} : { result }));
  }

  /** Ends a turn with the agent's closing line; that record tells the turn's usage. */
  endTurn(content: string): void {
    this.#count('assistant', content);
    const usage = { input_tokens: this.#contextTokens - this.#ownTokens, output_tokens: this.#ownTokens };
    this.#write(this.#record('assistant', content, { usage }));
    this.#ownTokens = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #count(kind: EntryKind, content: string): void {
    const tokens = estimateTokens(content);
    this.#contextTokens += tokens;
    if (kind === 'assistant' || kind === 'tool-call') this.#ownTokens += tokens;
  }

  #record(type: EntryKind, content: string, more: Pick<RunbookRecord, 'usage' | 'result'>): RunbookRecord {
    const uuid = randomHex(this.#chance, 32);
    return { type, uuid, at: this.#clock.now(), session_id: this.#conversation, message: { role: roleOf(type), content }, ...more };
  }

  #write(record: RunbookRecord): void {
    writeSync(this.#file, `${JSON.stringify(record)}\n`);
  }
}

/** A conversation that is gone on with may end in half a line, which a kill left. */
function isTorn(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
