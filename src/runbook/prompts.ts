import type { Readable } from 'node:stream';

/** What ended a wait at the prompt: somebody typed (lines that come together are one prompt), time passed, or the keyboard was closed. */
export type Wake = { readonly kind: 'typed'; readonly text: string } | { readonly kind: 'time' } | { readonly kind: 'closed' };

/** A pasted text arrives in pieces; after so long without another it is whole. */
const togetherMs = 50;
const bytesMax = 64 * 1024;

/** What is typed into the pane. Lines wait here while the agent works. */
export class Prompts {
  #lines = '';
  #isClosed = false;
  #isWhole = false;
  #quiet: NodeJS.Timeout | undefined;
  #changed: () => void = () => {};

  /** `isKeyboard`: its end (Ctrl-D) is the person's leave, and wakes; the end of a pipe or a file is not. */
  constructor(input: Readable, { isKeyboard }: { isKeyboard: boolean }) {
    input.setEncoding('utf8');
    input.on('data', (piece: string) => this.#take(piece));
    input.on('error', () => {});
    if (isKeyboard) input.on('end', () => this.#close());
  }

  /** Waits for a prompt, for at most `waitMs`; without it for as long as it takes. */
  async next(waitMs?: number): Promise<Wake> {
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

  #take(piece: string): void {
    this.#lines = (this.#lines + piece).slice(-bytesMax);
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
