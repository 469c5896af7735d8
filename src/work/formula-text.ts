import { Fault, known, nearestName } from '#base';
import { readText } from './bead-fields.ts';
import type { Formula } from './model.ts';

/** Names of formulas and steps: they reach a path and an argument. */
export const nameForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** Names of variables: they reach an environment name. */
export const varForm = /^[a-z][a-z0-9_]{0,63}$/;
/** What every molecule knows without being told. */
export const impliedVars = ['bead', 'bead_title', 'rig'] as const;

const textVar = /\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/g;
/** A variable in a command, which is refused: a command gets variables from its environment alone. */
export const commandVar = /\{\{\s*[A-Za-z_][\w-]*\s*\}\}/;

/** The names of the variables that a text asks for. */
export function findVars(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(textVar), (match) => known(match[1], 'a name')))];
}

/** The text with its variables replaced, once: what a value holds is text and is not looked into. */
export function fillText(text: string, vars: Readonly<Record<string, string>>): string {
  return text.replaceAll(textVar, (whole, name: string) => vars[name] ?? whole);
}

/** All variables of a pouring: those given, the defaults, and the implied ones. Faults `invalid` for an unknown, missing or unfit one. */
export function readVars(
  formula: Formula,
  given: Readonly<Record<string, string>>,
  implied: Readonly<Record<(typeof impliedVars)[number], string>>,
): Record<string, string> {
  const names = Object.keys(formula.vars);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Fault('invalid', `formula "${formula.name}" has no variable "${unknown}"`, { hint: hintOf(unknown, names) });
  const missing = names.filter((name) => formula.vars[name]?.isRequired === true && (given[name] ?? formula.vars[name]?.default) === undefined);
  if (missing.length > 0)
    throw new Fault('invalid', `formula "${formula.name}" needs ${missing.map((name) => `"${name}"`).join(', ')}`, {
      hint: `give ${missing.map((name) => `\`--var ${name}=…\`${explain(formula, name)}`).join(', ')}`,
      details: { missing },
    });
  const values = names.map((name) => [name, readValue(formula, name, given[name] ?? formula.vars[name]?.default ?? '')] as const);
  return { ...Object.fromEntries(values), ...implied };
}

function readValue(formula: Formula, name: string, value: string): string {
  const allowed = formula.vars[name]?.values;
  if (allowed !== undefined && !allowed.includes(value))
    throw new Fault('invalid', `variable "${name}" of formula "${formula.name}" cannot be "${value}"`, {
      hint: `it is one of ${allowed.join(', ')}`,
      details: { values: allowed },
    });
  return readText(`variable "${name}"`, value);
}

function hintOf(unknown: string, names: readonly string[]): string {
  const near = nearestName(unknown, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  return names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
}

function explain(formula: Formula, name: string): string {
  const { description, values } = known(formula.vars[name], name);
  const said = [description, values === undefined ? '' : values.join(' | ')].filter((part) => part !== '');
  return said.length === 0 ? '' : ` (${said.join(': ')})`;
}
