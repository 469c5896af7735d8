import { faultTable } from '#base';
import type { Command } from './command.ts';
import { globalOptions } from './globals.ts';

/** What each exit code means, in the words of help and docs (COMMANDS.md). */
const exitMeanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'bad usage',
  3: 'not found',
  4: 'conflict',
  5: 'unavailable',
  6: 'timeout: the order stands',
  130: 'interrupted',
};

/** The exit codes that a command can end with, smallest first, with their meaning. */
export function exitCodes(command: Command): readonly { code: number; meaning: string }[] {
  const codes = new Set([0, 1, 2, ...command.faults.map((kind) => faultTable[kind].exit)]);
  return [...codes].sort((a, b) => a - b).map((code) => ({ code, meaning: exitMeanings[code] ?? '' }));
}

/** The global options on one line, below the help of every command. */
export const globalLine = `Global options: ${globalOptions.map(({ flags }) => flags.replace(/[<>]/g, '')).join(' · ')} · -h, --help`;

/** The global options with their meaning, below the help of `baton` itself. */
export const globalNotes = [
  '',
  'Global options, in any place:',
  ...globalOptions.map(({ flags, meaning }) => `  ${flags.padEnd(14)}  ${meaning}`),
  `  ${'-h, --help'.padEnd(14)}  tell about a command`,
].join('\n');

/** Examples and exit codes, which stand below a command's options in help. */
export function noteAfterHelp(command: Command): string {
  const width = Math.max(...command.examples.map(({ line }) => line.length));
  const examples = command.examples.map(({ line, does }) => `  baton ${line.padEnd(width)}  # ${does}`);
  const exits = exitCodes(command).map(({ code, meaning }) => `${code} ${meaning}`);
  return ['', 'Examples:', ...examples, '', `Exit codes: ${exits.join(' · ')}`].join('\n');
}
