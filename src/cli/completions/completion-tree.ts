import type { Command } from '../command.ts';
import { type Field, type Named, toKebab } from '../field.ts';
import { globalOptions } from '../globals.ts';
import type { Catalogue } from '../parse-line.ts';

/** A place in a line, after its words (`bead create`; empty for `baton` alone), with what may follow. */
export interface Place {
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** What the first argument names or may be. */
  readonly values: Values;
}

export interface Word {
  readonly word: string;
  readonly meaning: string;
}

export interface OptionWord extends Word {
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly values: Values;
}

/** What may stand for a value: these words, or the ids of things that a command lists; neither for free text. */
export interface Values {
  readonly choices: readonly string[];
  readonly names: Named | undefined;
}

/** The commands that list each kind of name. */
export const namers: Readonly<Record<Named, string>> = {
  accounts: 'baton account list --quiet',
  agents: 'baton agents --quiet',
  beads: 'baton bead list --quiet',
  crew: 'baton crew list --quiet',
  escalations: 'baton escalate list --quiet',
  formulas: 'baton formula list --quiet',
  mails: 'baton mail inbox --quiet',
  nudges: 'baton nudge list --quiet',
  polecats: 'baton polecat list --quiet',
  rigs: 'baton rig list --quiet',
  runtimes: 'baton config agent list --quiet --no-version',
  sessions: 'baton sessions list --quiet',
  settings: 'baton config list --quiet',
};

const nothing: Values = { choices: [], names: undefined };

/** Every place of a line that shows in help, the shortest path first. */
export function completionTree({ commands, summaries }: Catalogue): Place[] {
  const shown = commands.filter(({ isHidden }) => !isHidden);
  const paths = new Set(['', ...shown.flatMap(({ words }) => words.map((_, depth) => words.slice(0, depth + 1).join(' ')))]);
  return [...paths].map((path) => placeAt(path, shown, summaries));
}

function placeAt(path: string, commands: readonly Command[], summaries: Catalogue['summaries']): Place {
  const own = commands.find(({ words }) => words.join(' ') === path);
  const below = commands.filter(({ words }) => words.length > depthOf(path) && words.slice(0, depthOf(path)).join(' ') === path);
  const words = [...new Set(below.map((command) => command.words[depthOf(path)] ?? ''))];
  const meaningOf = (word: string) => commands.find((command) => command.words.join(' ') === join(path, word))?.summary ?? summaries[join(path, word)] ?? '';
  const [first] = Object.values(own?.args ?? {});
  return {
    path,
    commands: words.map((word) => ({ word, meaning: meaningOf(word) })),
    options: [...Object.entries(own?.options ?? {}).map(([name, field]) => toOption(name, field)), ...globals],
    values: valuesOf(first),
  };
}

const globals: readonly OptionWord[] = [
  ...globalOptions.map(({ flags, meaning }) => ({
    word: flags.split(' ')[0] ?? '',
    short: undefined,
    meaning,
    takesValue: flags.includes('<'),
    values: nothing,
  })),
  { word: '--help', short: '-h', meaning: 'tell about a command', takesValue: false, values: nothing },
];

function toOption(name: string, field: Field): OptionWord {
  const short = field.short === undefined ? undefined : `-${field.short}`;
  return { word: `--${toKebab(name)}`, short, meaning: field.meaning, takesValue: field.kind !== 'flag', values: valuesOf(field) };
}

function valuesOf(field: Field | undefined): Values {
  return field === undefined ? nothing : { choices: field.kind === 'choice' ? field.choices : [], names: field.names };
}

function depthOf(path: string): number {
  return path === '' ? 0 : path.split(' ').length;
}

function join(path: string, word: string): string {
  return path === '' ? word : `${path} ${word}`;
}
