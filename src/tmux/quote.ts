import { assert } from '#base';
import type { TmuxCommand } from './tmux.ts';

/** The sequence as one line of tmux's command language, as a control client and `source-file` read it. */
export function quoteLine(commands: readonly TmuxCommand[]): string {
  return commands.map((words) => words.map(quoteWord).join(' ')).join(' ; ');
}

/** The sequence as the words of a `tmux` process: a word that ends in `;` would end its command, so that `;` is escaped. */
export function joinArguments(commands: readonly TmuxCommand[]): string[] {
  return commands.flatMap((words, at) => [...(at === 0 ? [] : [';']), ...words.map((word) => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word))]);
}

/** Single quotes keep everything but themselves and control characters, which stand outside of them, escaped. */
function quoteWord(word: string): string {
  assert(!word.includes('\0'), 'a word for tmux holds a NUL');
  if (/^[a-zA-Z0-9_%@/+-][a-zA-Z0-9_%@/.:=+-]*$/.test(word) && !word.startsWith('%')) return word;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  const parts = word.split(/(['\u0001-\u001f\u007f])/).filter((part) => part !== '');
  return parts.length === 0 ? "''" : parts.map(quotePart).join('');
}

function quotePart(part: string): string {
  if (part === "'") return "\\'";
  const code = part.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : `'${part}'`;
}
