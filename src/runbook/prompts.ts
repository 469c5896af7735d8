import type { Readable } from 'node:stream';
import { nothingTyped, type Typing, takeKeys } from './take-keys.ts';

/** What ended a wait at the prompt: somebody typed (lines that come together are one prompt), time passed, or the keyboard was closed. */
export type Wake = { readonly kind: 'typed'; readonly text: string } | { readonly kind: 'time' } | { readonly kind: 'closed' };

/** A pasted text arrives in pieces; after so long without another it is whole. */
const togetherMs = 50;
const bytesMax = 64 * 1024;

/** Where a keyboard's words go. */
export interface Listeners {
  /** Draws the prompt with what is typed and not sent; undefined takes it away. */
  show(typed: string | undefined): void;
  /** Ctrl-C, which a terminal in raw mode gives as a key. */
  interrupt(): void;
}

/** What is typed into the pane. Lines wait here while the agent works. */
export class Prompts {
  readonly #listeners: Listeners;
  #typing: Typing = nothingTyped;
  #lines = '';
  #isClosed = false;
  #isWhole = false;
  #isShown = false;
  #quiet: NodeJS.Timeout | undefined;
  #changed: () => void = () => {};

  /** `isKeyboard`: its end is the person's leave, and wakes; the end of a pipe or a file is not. */
  constructor(input: Readable, { isKeyboard, ...listeners }: { isKeyboard: boolean } & Listeners) {
    this.#listeners = listeners;
    input.setEncoding('utf8');
    input.on('data', (piece: string) => this.#take(piece));
    input.on('error', () => {});
    if (isKeyboard) input.on('end', () => this.#close());
  }

  /** Shows the prompt, and waits for a line for at most `waitMs`; without it for as long as it takes. The prompt stands until it is hidden. */
  async next(waitMs?: number): Promise<Wake> {
    this.#isShown = true;
    this.#show();
    const { promise, resolve } = Promise.withResolvers<Wake>();
    const timer = waitMs === undefined ? undefined : setTimeout(() => resolve({ kind: 'time' }), waitMs);
    const look = () => {
      if (this.#isWhole) resolve({ kind: 'typed', text: this.#give() });
      else if (this.#isClosed) resolve({ kind: 'closed' });
    };
    this.#changed = look;
    look();
    const wake = await promise;
    clearTimeout(timer);
    this.#changed = () => {};
    return wake;
  }

  /** No line is waited for any more; what is typed meanwhile is shown at the next prompt. */
  hide(): void {
    if (this.#isShown) this.#listeners.show(undefined);
    this.#isShown = false;
  }

  #show(): void {
    if (this.#isShown) this.#listeners.show(this.#typing.text);
  }

  #take(piece: string): void {
    const { typing, lines, isInterrupt, isEnd } = takeKeys(this.#typing, piece);
    this.#typing = { ...typing, text: typing.text.slice(-bytesMax) };
    this.#show();
    this.#lines = (this.#lines + lines.map((line) => `${line}\n`).join('')).slice(-bytesMax);
    if (isInterrupt) this.#listeners.interrupt();
    if (isEnd) this.#close();
    clearTimeout(this.#quiet);
    if (!this.#lines.includes('\n')) return;
    this.#quiet = setTimeout(() => {
      this.#isWhole = true;
      this.#changed();
    }, togetherMs);
  }

  #give(): string {
    const text = this.#lines.trim();
    this.#lines = '';
    this.#isWhole = false;
    return text;
  }

  #close(): void {
    this.#isClosed = true;
    this.#changed();
  }
}
