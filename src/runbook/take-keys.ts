/** A line that is being typed: its text so far, whether a paste is open, and the beginning of an escape sequence whose end has not come yet. */
export interface Typing {
  readonly text: string;
  readonly isPasting: boolean;
  readonly rest: string;
}

/** What keys came to: the line as it stands now, the lines that Enter ended, and whether Ctrl-C or, on an empty line, Ctrl-D was pressed. */
export interface Keys {
  readonly typing: Typing;
  readonly lines: readonly string[];
  readonly isInterrupt: boolean;
  readonly isEnd: boolean;
}

export const nothingTyped: Typing = { text: '', isPasting: false, rest: '' };

/**
 * Reads a piece of what a terminal in raw mode sends. The program edits its line itself, so that it always knows, and shows, what was typed and
 * not sent. Line ends within a paste are part of the text; keys that mean nothing here (arrows and the like) are passed over.
 */
export function takeKeys(before: Typing, piece: string): Keys {
  const all = before.rest + piece;
  const rest = openEscape.exec(all)?.[0] ?? '';
  let { text, isPasting } = before;
  let [isInterrupt, isEnd] = [false, false];
  const lines: string[] = [];
  for (const [key] of all.slice(0, all.length - rest.length).matchAll(keys)) {
    if (key === pasteBegin || key === pasteEnd) isPasting = key === pasteBegin;
    else if (isEnter(key) && !isPasting) {
      lines.push(text);
      text = '';
    } else if (key === ctrl('C')) isInterrupt = true;
    else if (key === ctrl('D')) isEnd ||= text === '';
    else if (key === ctrl('U')) text = '';
    else if (key === backspace || key === ctrl('H')) text = [...text].slice(0, -1).join('');
    else text += isEnter(key) ? '\n' : printable(key);
  }
  return { typing: { text, isPasting, rest }, lines, isInterrupt, isEnd };
}

const pasteBegin = '\u001B[200~';
const pasteEnd = '\u001B[201~';
const backspace = '\u007F';

function ctrl(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 64);
}

function isEnter(key: string): boolean {
  return key === '\r' || key === '\n';
}

function printable(key: string): string {
  return key === '\t' || (key >= ' ' && !key.startsWith('\u001B')) ? key : '';
}

/** An escape sequence (CSI, SS3, Alt and a key), or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const keys = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O])|[\s\S]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const openEscape = /\u001B(?:\[[0-?]*[ -/]*|O)?$/;
