import { columnsOf, cutToColumns, shorten } from '#base';
import { promptMark } from '#runtimes/model';

/** The pane: a compact log of what the agent does. Text that is not ours is stripped of control characters first. */
export interface Screen {
  title(text: string): void;
  command(text: string): void;
  /** The last lines of a text, indented. */
  tail(text: string): void;
  whole(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  note(text: string): void;
  /** Draws the prompt as the last line, with what is typed and not sent; undefined takes it away. On a terminal only. */
  prompt(typed: string | undefined): void;
}

const tailLines = 6;
const widthDefault = 100;

/** Where a screen is written; with colour codes only where asked. */
export interface ScreenPlace {
  readonly write: (text: string) => void;
  readonly isColored: boolean;
  readonly isTerminal: boolean;
  readonly columns?: number | undefined;
}

/** A screen that writes to `write`. */
export function makeScreen({ write, isColored, isTerminal, columns }: ScreenPlace): Screen {
  const width = Math.max(40, columns ?? widthDefault) - 4;
  const paint = (code: number, text: string) => (isColored ? `\u001B[${code}m${text}\u001B[0m` : text);
  let shown = '';
  // A line goes above the prompt, which stays the last one, with what a person has half typed.
  const line = (text: string) => write(shown === '' ? `${text}\n` : `${erase}${text}\n${shown}`);
  return {
    title: (text) => line(`\n${paint(1, `── ${shorten(plainText(text), width)}`)}`),
    command: (text) => line(`${paint(36, '$')} ${shorten(plainText(text), width)}`),
    tail: (text) => {
      const lines = plainText(text)
        .split('\n')
        .filter((each) => each.trim() !== '');
      for (const each of lines.slice(-tailLines)) line(`  ${paint(2, `│ ${cutToColumns(each.trimEnd(), width)}`)}`);
    },
    whole: (text) => line(paint(2, plainText(text).trimEnd())),
    good: (text) => line(`  ${paint(32, '✓')} ${plainText(text)}`),
    bad: (text) => line(`  ${paint(31, '✗')} ${plainText(text)}`),
    note: (text) => line(`  ${plainText(text)}`),
    prompt: (typed) => {
      const before = shown;
      shown = typed === undefined || !isTerminal ? '' : `${promptMark} ${endOfLine(plainText(typed).replace(/\s/g, ' '), width)}`;
      if (shown !== before) write(`${before === '' ? '' : erase}${shown}`);
    },
  };
}

/** Back to the line's beginning, and the line away. */
const erase = '\r\u001B[2K';

/** The end of a text that fits on one line of the terminal: that is where a person types. */
function endOfLine(text: string, width: number): string {
  let room = width;
  const characters = [...text];
  const start = characters.findLastIndex((character) => {
    room -= columnsOf(character);
    return room < 0;
  });
  return start === -1 ? text : `…${characters.slice(start + 1).join('')}`;
}

/** A text without escape sequences and control characters, which would move a terminal's cursor or end an argument; line ends and tabs stay. */
export function plainText(text: string): string {
  return text.replace(escapes, '').replace(/\r\n?/g, '\n').replace(controls, '');
}

/** ECMA-48: CSI and OSC sequences, then any other two-character escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
