import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, isFault, nearestName } from '#base';
import { nameForm } from './formula-text.ts';
import { builtInFormulas, formulaAliases } from './formulas/built-in.ts';
import type { Formula } from './model.ts';
import { readFormula } from './read-formula.ts';

const textBytesMax = 1024 * 1024;
/** Both forms of a formula's file name; the second is Gas Town's. */
const endings = ['.toml', '.formula.toml'] as const;

/** A formula with where it came from: `file` is its path below the town, or `built-in/<name>.toml`. */
export interface ShownFormula {
  readonly formula: Formula;
  readonly source: 'town' | 'built-in';
  readonly file: string;
  readonly text: string;
}

/** One line of `formula list`; `fault` says why a file is not sound. */
export interface ListedFormula {
  readonly name: string;
  readonly source: 'town' | 'built-in';
  readonly file: string;
  readonly formula: Formula | undefined;
  readonly fault: Fault | undefined;
}

type Town = { readonly root: string };
type Source = Omit<ShownFormula, 'formula'> & { readonly name: string };

/** Every formula of the town and every built-in one that the town does not replace, by name. */
export async function listFormulas(town: Town): Promise<ListedFormula[]> {
  const { names: own, strays } = await listTownFiles(town);
  const names = [...new Set([...own, ...Object.keys(builtInFormulas)])];
  const listed = await Promise.all(names.map(async (name) => listOne(await readSource(town, name))));
  return [...listed, ...strays.map(listStray)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The formula of this name: the town's, else the built-in one. Faults: `not-found`, and `invalid` where its file is not sound. */
export async function getFormula(town: Town, name: string): Promise<Formula> {
  return (await showFormula(town, name)).formula;
}

/** The same, with its text and where it came from. */
export async function showFormula(town: Town, name: string): Promise<ShownFormula> {
  const { name: own, ...source } = await readSource(town, name);
  const formula = readFormula({ text: source.text, file: source.file, name: own });
  return { ...source, formula: { ...formula, name } };
}

/** Whether a formula is sound, as `formula check` tells. Faults: `not-found`. */
export async function checkFormula(town: Town, name: string): Promise<{ kind: 'sound'; shown: ShownFormula } | { kind: 'unsound'; fault: Fault }> {
  try {
    return { kind: 'sound', shown: await showFormula(town, name) };
  } catch (error) {
    if (isFault(error, 'invalid')) return { kind: 'unsound', fault: error };
    throw error;
  }
}

function listOne({ name, source, file, text }: Source): ListedFormula {
  try {
    return { name, source, file, formula: readFormula({ text, file, name }), fault: undefined };
  } catch (error) {
    if (!isFault(error, 'invalid')) throw error;
    return { name, source, file, formula: undefined, fault: error };
  }
}

function listStray(name: string): ListedFormula {
  const file = `formulas/${name}.toml`;
  const fault = new Fault('invalid', `formula file "${file}": "${name}" is no name of a formula`, { hint: 'rename it: small letters, digits, "-" and "_"' });
  return { name, source: 'town', file, formula: undefined, fault };
}

async function readSource(town: Town, name: string): Promise<Source> {
  if (!nameForm.test(name))
    throw new Fault('invalid', `"${name}" is no name of a formula`, {
      hint: 'a formula is named by small letters, digits, "-" and "_"; `baton formula list` shows them',
    });
  for (const own of [name, formulaAliases[name]]) {
    if (own === undefined) continue;
    const found = (await readTownFile(town, own)) ?? readBuiltIn(own);
    if (found !== undefined) return found;
  }
  const names = [...(await listTownFiles(town)).names, ...Object.keys(builtInFormulas), ...Object.keys(formulaAliases)];
  const near = nearestName(name, names);
  throw new Fault('not-found', `there is no formula "${name}"`, {
    hint:
      near === undefined
        ? `put it into "${join(town.root, 'formulas', `${name}.toml`)}"; \`baton formula list\` shows those that exist`
        : `did you mean "${near}"?`,
  });
}

function readBuiltIn(name: string): Source | undefined {
  const text = builtInFormulas[name];
  return text === undefined ? undefined : { name, source: 'built-in', file: `built-in/${name}.toml`, text };
}

async function readTownFile({ root }: Town, name: string): Promise<Source | undefined> {
  for (const ending of endings) {
    const text = await readIfThere(join(root, 'formulas', `${name}${ending}`));
    if (text === undefined) continue;
    const file = `formulas/${name}${ending}`;
    if (text.length > textBytesMax)
      throw new Fault('invalid', `formula file "${file}" has more than ${textBytesMax} bytes`, { hint: 'put long scripts into files of their own' });
    return { name, source: 'town', file, text };
  }
  return undefined;
}

/** The names of the town's formula files, and those of files that no formula can have. */
async function listTownFiles({ root }: Town): Promise<{ names: string[]; strays: string[] }> {
  const files = (await unlessAbsent(readdir(join(root, 'formulas')))) ?? [];
  const stems = files.filter((file) => file.endsWith('.toml')).map((file) => file.replace(/(\.formula)?\.toml$/, ''));
  return { names: stems.filter((stem) => nameForm.test(stem)), strays: stems.filter((stem) => !nameForm.test(stem)) };
}

function readIfThere(path: string): Promise<string | undefined> {
  return unlessAbsent(readFile(path, 'utf8'));
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Fault('unavailable', `"${path ?? 'formulas'}" cannot be read (${code ?? 'unknown'})`, { hint: 'check who owns it', cause });
  }
}
