import type { App } from '#app';
import type { Page } from './print/page.ts';
import type { Seat } from './terminal.ts';

/** What a command may know of its caller beside the town. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Baton's own version. */
  readonly version: string;
  /** How a person's page looks; for commands that draw a live view. */
  readonly page: Page;
  /** True where a person reads: stdout is a terminal and neither `--json` nor `--quiet` was said. */
  readonly isLive: boolean;
  /** True where a person types: stdin and stdout are a terminal. */
  readonly hasTerminal: boolean;
  /** Ends on Ctrl-C, SIGTERM and a closed pipe. */
  readonly signal: AbortSignal;
  /** All of stdin as text; empty where stdin is a terminal. */
  readStdin(): Promise<string>;
  /** Runs a program in this terminal, whose keys and signals are its own until it ends; answers its exit code. */
  runInTerminal(argv: readonly string[], seat?: Seat): Promise<number>;
  /** A line of progress on stderr; nothing with `--json` or `--quiet`. */
  tell(line: string): void;
}

/** One answer or frame, with its two other faces: text for people, ids for `--quiet`. */
export interface Shown {
  readonly answer: unknown;
  /** The process's exit code where a good answer must still say "no" (`drill`, `doctor`); 0 by default. */
  readonly exit: number;
  text(page: Page): string;
  ids(): readonly string[];
  /** Called when it was written out. */
  written?(): Promise<void>;
}

/** What a command does: asks App, and answers once or in frames. */
export type Run<I = unknown> =
  | { readonly kind: 'answer'; readonly ask: (app: App, input: I, io: Io) => Promise<Shown> }
  | { readonly kind: 'frames'; readonly follow: (app: App, input: I, io: Io) => AsyncIterable<Shown> };

/** The line that an answer is to. */
export interface Said<I> {
  readonly input: I;
  readonly io: Io;
}

interface Faces<I, A> {
  /** Text for people: lines without the last newline; an empty text prints nothing. */
  print: (answer: A, page: Page, said: Said<I>) => string;
  ids?: (answer: A) => readonly string[];
  exit?: (answer: A, said: Said<I>) => number;
  /** Called when the answer was written out to somebody who reads. */
  written?: (answer: A) => Promise<void>;
}

/** A run that answers once. */
export function answers<I, A>(spec: Faces<I, A> & { ask: (app: App, input: I, io: Io) => A | Promise<A> }): Run<I> {
  return { kind: 'answer', ask: async (app, input, io) => show(spec, await spec.ask(app, input, io), { input, io }) };
}

/** A run that answers in frames until it is done or told to end (`io.signal`). */
export function streams<I, A>(spec: Faces<I, A> & { follow: (app: App, input: I, io: Io) => AsyncIterable<A> }): Run<I> {
  return {
    kind: 'frames',
    follow: async function* (app, input, io) {
      for await (const frame of spec.follow(app, input, io)) yield show(spec, frame, { input, io });
    },
  };
}

function show<I, A>(faces: Faces<I, A>, answer: A, said: Said<I>): Shown {
  return {
    answer,
    exit: faces.exit?.(answer, said) ?? 0,
    text: (page) => faces.print(answer, page, said),
    ids: () => faces.ids?.(answer) ?? [],
    written: async () => faces.written?.(answer),
  };
}
