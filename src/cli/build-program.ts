import { Argument, Command as Commander, type CommanderError, Option } from 'commander';
import type { Command } from './command.ts';
import { type Field, type Fields, toKebab, usageOfArguments, valueName } from './field.ts';
import { type Globals, globalNames, globalOptions } from './globals.ts';
import { globalLine, globalNotes, noteAfterHelp } from './help-notes.ts';
import { toUsageFault } from './usage-faults.ts';

/** What the parser found in a line: the command and its raw values by field name, and the global options. */
export interface Found {
  readonly command: Command;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly globals: Globals;
}

interface Program {
  readonly commands: readonly Command[];
  readonly summaries: Readonly<Record<string, string>>;
  readonly write: (text: string) => void;
  readonly onFound: (found: Found) => void;
  readonly onVersion: (globals: Globals) => void;
}

/** The program as commander knows it, built from the declarations. It parses and tells help; it runs nothing. */
export function buildProgram(program: Program, width: number): Commander {
  const root = new Commander('baton')
    .description("Keeps AI coding agents' work going across the sessions that run them")
    .enablePositionalOptions()
    .helpCommand(false);
  root.configureOutput({ writeOut: program.write, writeErr: program.write, outputError: () => {}, getOutHelpWidth: () => width, getErrHelpWidth: () => width });
  root.configureHelp({ minWidthToWrap: 20, subcommandTerm: (sub) => `${sub.name()} ${sub.usage()}`.trim(), commandUsage });
  asGroup(root, 'baton', program);
  root.usage(' ').addHelpText('afterAll', ({ command }) => (command === root ? globalNotes : `\n${globalLine}`));
  for (const command of program.commands) addCommand(root, command, program);
  return root;
}

function addCommand(root: Commander, command: Command, program: Program): void {
  let parent = root;
  for (const [depth, word] of command.words.entries()) {
    const isLast = depth === command.words.length - 1;
    parent = parent.commands.find((known) => known.name() === word) ?? addGroup(parent, command.words.slice(0, depth + 1), program, command.isHidden);
    if (depth === 0) parent.helpGroup(`${command.section}:`);
    if (isLast) declare(parent, command, program.onFound);
  }
}

/** A word with commands below it; without one of them it tells its help. */
function addGroup(parent: Commander, words: readonly string[], program: Program, isHidden: boolean): Commander {
  const path = words.join(' ');
  const group = parent
    .command(words.at(-1) ?? '', { hidden: isHidden })
    .usage(' ')
    .description(program.summaries[path] ?? '')
    .helpCommand(false);
  return asGroup(group, `baton ${path}`, program);
}

function asGroup(group: Commander, path: string, program: Program): Commander {
  const refuse = (error: CommanderError) => {
    throw toUsageFault(error, group, path);
  };
  const tellHelp = () => {
    const globals = mergedGlobals(group);
    if (globals.version) program.onVersion(globals);
    else group.help({ error: true });
  };
  return addGlobals(group.exitOverride(refuse).action(tellHelp));
}

function declare(group: Commander, command: Command, onFound: Program['onFound']): void {
  group.description(command.about === undefined ? command.summary : `${command.summary}\n\n${command.about}`).summary(command.summary);
  group.usage(usageOfArguments(command.args) || ' ');
  for (const [name, field] of Object.entries(command.args)) group.addArgument(toArgument(name, field));
  for (const [name, field] of Object.entries(command.options)) for (const option of toOptions(name, field)) group.addOption(option);
  if (command.isPassThrough) group.passThroughOptions().allowUnknownOption();
  group.addHelpText('after', noteAfterHelp(command));
  group.action(() => onFound({ command, raw: { ...namedArguments(command.args, group.processedArgs), ...group.opts() }, globals: mergedGlobals(group) }));
}

function toArgument(name: string, field: Field): Argument {
  const words = field.kind === 'list' ? `${valueName(name, field)}...` : valueName(name, field);
  // Never required for commander: what is missing is told by readInput, after `--help` had its turn.
  return new Argument(`[${words}]`, meaningOf(field));
}

function toOptions(name: string, field: Field): Option[] {
  const value = field.kind === 'flag' ? '' : ` <${valueName(name, field)}>`;
  const make = (long: string) => {
    const option = new Option(`${long}${value}`, meaningOf(field));
    // `--no-wait` is a flag of its own here, and takes nothing back.
    option.negate = false;
    // An alias fills the field that it stands for.
    option.attributeName = () => name;
    if (field.kind === 'list' || field.kind === 'key-value') option.argParser((said: string, earlier: string[] = []) => [...earlier, said]);
    return option;
  };
  const shown = make(`${field.short === undefined ? '' : `-${field.short}, `}--${toKebab(name)}`);
  return [shown, ...(field.aliases ?? []).map((alias) => make(`--${alias}`).hideHelp())];
}

function meaningOf(field: Field): string {
  const notes = [field.isRequired ? 'required' : '', field.default === undefined ? '' : `default: ${field.default}`].filter((note) => note !== '');
  return notes.length === 0 ? field.meaning : `${field.meaning} (${notes.join('; ')})`;
}

/** The global options, which each level of a line knows; a level's help names them below its own. */
function addGlobals(group: Commander): Commander {
  for (const { flags } of globalOptions) group.addOption(new Option(flags).hideHelp());
  return group.addHelpOption(new Option('-h, --help').hideHelp());
}

/** Said at any level of the line; the innermost wins. */
function mergedGlobals(group: Commander): Globals {
  const levels: Commander[] = [];
  for (let level: Commander | null = group; level !== null; level = level.parent) levels.unshift(level);
  const said = levels.map((level) =>
    Object.fromEntries(globalNames.filter((name) => level.getOptionValueSource(name) === 'cli').map((name) => [name, level.getOptionValue(name)])),
  );
  return Object.assign({}, ...said);
}

function namedArguments(args: Fields, values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(Object.keys(args).map((name, place) => [name, values[place]]));
}

function commandUsage(group: Commander): string {
  const words: string[] = [];
  for (let level: Commander | null = group; level !== null; level = level.parent) words.unshift(level.name());
  const below = group.commands.length === 0 ? '' : group.registeredArguments.length > 0 ? '[COMMAND]' : 'COMMAND';
  return [...words, below, group.usage().trim(), '[options]'].filter((word) => word !== '').join(' ');
}
