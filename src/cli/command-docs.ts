import type { Command, Section } from './command.ts';
import { type Field, type Fields, toKebab, usageOfArguments, valueName } from './field.ts';
import { globalOptions } from './globals.ts';
import { exitCodes } from './help-notes.ts';
import type { Catalogue } from './parse-line.ts';

/** `docs/commands.md`: every command that help shows, by section. */
export function commandDocs({ commands }: Catalogue): string {
  const shown = commands.filter(({ isHidden }) => !isHidden);
  const sections = [...new Set(shown.map(({ section }) => section))];
  return [head, ...sections.map((section) => sectionText(section, shown))].join('\n\n').concat('\n');
}

const head = `# Commands

Made from the declarations by \`baton docs commands\`; do not edit it.

Every command takes ${globalOptions.map(({ flags }) => `\`${flags.replace(/[<>]/g, '')}\``).join(', ')} and \`--help\`, in any place. \`--json\` prints the bare answer on stdout (one JSON
document; JSON lines for commands that go on), and a fault as \`{"fault": {"kind", "message", "hint", "details"}}\` on stderr. \`--quiet\` prints ids only. Colours are shown on a terminal
without \`NO_COLOR\`.

Exit codes: 0 done · 1 failed · 2 bad usage · 3 not found · 4 conflict · 5 unavailable · 6 timeout (the order stands) · 130 interrupted.`;

function sectionText(section: Section, commands: readonly Command[]): string {
  return [`## ${section}`, ...commands.filter((command) => command.section === section).map(commandText)].join('\n\n');
}

function commandText(command: Command): string {
  const usage = ['baton', ...command.words, usageOfArguments(command.args), Object.keys(command.options).length > 0 ? '[options]' : '']
    .filter((word) => word !== '')
    .join(' ');
  const examples = command.examples.map(({ line, does }) => `baton ${line}    # ${does}`);
  const parts = [
    `### \`${usage}\``,
    `${command.summary}.${command.about === undefined ? '' : ` ${command.about}`}`,
    fieldTable(command),
    ['```sh', ...examples, '```'].join('\n'),
    `Exit codes: ${exitCodes(command)
      .map(({ code }) => code)
      .join(', ')}.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function fieldTable({ args, options }: Command): string {
  const rows = [...fieldRows(args, (name, field) => valueName(name, field)), ...fieldRows(options, optionFlags)];
  return rows.length === 0 ? '' : ['| argument or option | meaning | default |', '|---|---|---|', ...rows].join('\n');
}

function fieldRows(fields: Fields, nameOf: (name: string, field: Field) => string): string[] {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return Object.entries(fields).map(
    ([name, field]) => `| \`${cell(nameOf(name, field))}\` | ${cell(field.meaning)} | ${cell(field.isRequired ? '(required)' : (field.default ?? ''))} |`,
  );
}

function optionFlags(name: string, field: Field): string {
  const flags = `${field.short === undefined ? '' : `-${field.short}, `}--${toKebab(name)}`;
  return field.kind === 'flag' ? flags : `${flags} ${valueName(name, field)}`;
}
