import type { Page } from './print/page.ts';

/** Where a command's words go. Text that comes after the reader left (a closed pipe) goes nowhere, silently. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; very many where nobody reads, so that nothing is cut. */
  readonly width: number;
  /** Writes to stdout and waits until it is taken; false where its reader has gone. */
  write(text: string): Promise<boolean>;
  /** Writes to stderr. */
  tell(text: string): void;
}

const widthWithoutTerminal = 100_000;

/** The output of this process; `onClosed` is called when stdout's reader has gone. */
export function processOutput(program: NodeJS.Process, onClosed: () => void): Output {
  const { stdout, stderr } = program;
  const passOver = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onClosed();
  };
  stdout.on('error', passOver);
  stderr.on('error', passOver);
  return {
    isTerminal: stdout.isTTY === true,
    width: stdout.isTTY ? (stdout.columns ?? 80) : widthWithoutTerminal,
    // A failed write is told by the `error` event above; the promise only says that it is over.
    write: (text) => new Promise((resolve) => stdout.write(text, (error) => resolve(error == null))),
    tell: (text) => void stderr.write(text),
  };
}

/** How a page of this output looks. `NO_COLOR` follows no-color.org: any value but an empty one. */
export function pageOf(output: Output, env: Readonly<Record<string, string | undefined>>, wants: { color?: boolean }, now: number): Page {
  const isColour = output.isTerminal && wants.color !== false && !env.NO_COLOR && env.TERM !== 'dumb';
  return { width: output.width, isColour, now };
}
