import type { Command as Commander, CommanderError } from 'commander';
import { Fault, nearestName } from '#base';
import { globalFlags } from './globals.ts';

/** Thrown through commander when it has told its help, and the way to say so: `isAsked` is false where a command was missing. */
export class HelpTold extends Error {
  readonly isAsked: boolean;

  constructor(isAsked: boolean) {
    super('help told');
    this.isAsked = isAsked;
  }
}

/** What commander found wrong with a line, as a fault with the nearest right word as its hint. */
export function toUsageFault(error: CommanderError, group: Commander, path: string): Error {
  if (error.code === 'commander.helpDisplayed') return new HelpTold(true);
  if (error.code === 'commander.help') return new HelpTold(false);
  const said = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption')
    return new Fault('invalid', `\`${path}\` has no option "${said}"`, { hint: hintFor(said, optionNames(group), path) });
  if (error.code === 'commander.unknownCommand')
    return new Fault('invalid', unknownWord(group.args[0] ?? '', path), { hint: hintFor(group.args[0] ?? '', commandNames(group), path) });
  if (error.code === 'commander.optionMissingArgument')
    return new Fault('invalid', `the option "${/--[\w-]+/.exec(said)?.[0] ?? said}" needs a value`, { hint: helpOf(path) });
  if (error.code === 'commander.excessArguments') return excessFault(group, path);
  return new Fault('invalid', error.message.replace(/^error: /, ''), { hint: helpOf(path) });
}

function unknownWord(word: string, path: string): string {
  return path === 'baton' ? `there is no command "${word}"` : `\`${path}\` has no command "${word}"`;
}

/** Too many words: of a command that has others below it, the first one too many is a mistyped command. */
function excessFault(group: Commander, path: string): Fault {
  const extra = group.args[group.registeredArguments.length] ?? '';
  if (group.commands.length > 0 && group.registeredArguments.length === 0)
    return new Fault('invalid', unknownWord(extra, path), { hint: hintFor(extra, commandNames(group), path) });
  const hint = group.registeredArguments.length === 0 ? helpOf(path) : `quote an argument that holds spaces; ${helpOf(path)}`;
  return new Fault('invalid', `\`${path}\` does not take "${extra}"`, { hint });
}

function hintFor(said: string, names: readonly string[], path: string): string {
  const near = nearestName(said, names);
  return near === undefined ? helpOf(path) : `did you mean "${near}"?`;
}

function helpOf(path: string): string {
  return `see \`${path} --help\``;
}

function optionNames(group: Commander): string[] {
  return group.options
    .filter((option) => !option.hidden)
    .flatMap((option) => (option.long === undefined ? [] : [option.long]))
    .concat(globalFlags);
}

function commandNames(group: Commander): string[] {
  return group
    .createHelp()
    .visibleCommands(group)
    .map((command) => command.name());
}
