import { known } from '#base';
import { buildProgram, type Found } from './build-program.ts';
import type { Command } from './command.ts';
import { findLater } from './find-later.ts';
import type { Globals } from './globals.ts';
import { readInput } from './read-input.ts';
import { HelpTold } from './usage-faults.ts';

/** What a line asks for. */
export type Asked =
  | { readonly kind: 'command'; readonly command: Command; readonly input: Readonly<Record<string, unknown>>; readonly globals: Globals }
  /** `isAsked` is false where a word was missing: the help then stands for a usage error. */
  | { readonly kind: 'help'; readonly text: string; readonly isAsked: boolean }
  | { readonly kind: 'version'; readonly globals: Globals };

export interface Catalogue {
  readonly commands: readonly Command[];
  /** One line for each word that has commands below it and none of its own, by its path (`bead dep`). */
  readonly summaries: Readonly<Record<string, string>>;
}

/** Reads a line, without the leading `baton`. Fault: `invalid`, with the nearest right word as its hint. */
export function parseLine(catalogue: Catalogue, argv: readonly string[], width: number): Asked {
  const said = catalogue.commands.filter(({ words: [noun] }) => noun !== undefined && argv.includes(noun));
  try {
    const asked = parse({ ...catalogue, commands: said }, argv, width);
    if (asked.kind === 'command') return asked;
  } catch {
    // Building only what the line names is the short way of the common case; the whole catalogue finds the right words.
  }
  try {
    return parse(catalogue, argv, width);
  } catch (error) {
    throw findLater(catalogue, argv) ?? error;
  }
}

function parse(catalogue: Catalogue, argv: readonly string[], width: number): Asked {
  const help: string[] = [];
  const found: Found[] = [];
  const version: Globals[] = [];
  const program = buildProgram(
    { ...catalogue, write: (part) => void help.push(part), onFound: (what) => void found.push(what), onVersion: (said) => void version.push(said) },
    width,
  );
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof HelpTold) return { kind: 'help', text: help.join(''), isAsked: error.isAsked };
    throw error;
  }
  if (version[0] !== undefined) return { kind: 'version', globals: version[0] };
  return toCommand(known(found[0], 'the command that was found'));
}

function toCommand({ command, raw, globals }: Found): Asked {
  if (globals.version) return { kind: 'version', globals };
  return { kind: 'command', command, input: readInput(command, raw), globals };
}
