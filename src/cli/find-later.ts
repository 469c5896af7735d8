import { Fault } from '#base';
import type { Command } from './command.ts';

/** Commands that Baton is to have (COMMANDS.md) and does not have yet, each by its first words. */
const later: readonly string[] = [
  ...['ask', 'away', 'automonitor', 'broadcast', 'chat', 'convoy', 'dashboard', 'deadend', 'decompose', 'drill', 'gc', 'jobs', 'mcp', 'memory', 'tasks'],
  ...['transcripts', 'usage', 'bead import', 'bead export', 'mail ack', 'mail archive', 'mail reply', 'mail search', 'mail thread'],
  ...['mq reject', 'mq submit', 'sessions compact'],
];

/** The fault for a line of a command that is not there yet; undefined for any other line that can't be read. */
export function findLater({ commands }: { readonly commands: readonly Command[] }, argv: readonly string[]): Fault | undefined {
  const said = `${wordsOf(argv).slice(0, 2).join(' ')} `;
  const words = later.find((one) => said.startsWith(`${one} `));
  if (words === undefined || commands.some((command) => `${command.words.join(' ')} `.startsWith(`${words} `))) return undefined;
  return new Fault('unsupported', `\`baton ${words}\` is not offered yet`, { hint: 'it comes with a later version; `baton --help` shows what there is' });
}

/** A line without its options; of those before the command only `--town` has a value of its own. */
function wordsOf(argv: readonly string[]): string[] {
  return argv.filter((word, place) => !word.startsWith('-') && argv[place - 1] !== '--town');
}
