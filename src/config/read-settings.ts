import { parse, TomlError } from 'smol-toml';
import { Fault } from '#base';
import { type FoundOption, findOption, getOption } from './keys.ts';
import { readAgentsFile } from './read-agents-file.ts';
import { makeSettings, type Overrides, readValue, type Settings, type Values } from './settings.ts';

/** The texts of a town's settings files. */
export interface SettingsTexts extends Overrides {
  /** The text of `baton.toml`; empty where there is none. */
  readonly town: string;
  /** The text of each `rig.toml` by its rig's name. */
  readonly rigs?: Readonly<Record<string, string>>;
  /** The text of `settings/agents.json`; empty where there is none. */
  readonly agents?: string;
}

/** A settings file: its text, whether it is the town's or a rig's, and what faults call it. */
export interface SettingsFile {
  readonly text: string;
  readonly place: 'town' | 'rig';
  readonly name: string;
}

/** The settings in force. Fault `invalid` for TOML that cannot be parsed (line and column), an unknown key, a wrong type, a value out of range. */
export function readSettings({ town, rigs = {}, agents = '', ...overrides }: SettingsTexts): Settings {
  const rigValues = Object.entries(rigs).map(([name, text]) => [name, readValues({ text, place: 'rig', name: `${name}/rig.toml` })] as const);
  const files = { town: readValues({ text: town, place: 'town', name: 'baton.toml' }), rigs: Object.fromEntries(rigValues), agents: readAgentsFile(agents) };
  return makeSettings(files, overrides);
}

/** The values that one file sets. Faults as `readSettings`. */
export function readValues(file: SettingsFile): Values {
  const values: Record<string, unknown> = {};
  for (const [key, raw] of leaves(parseToml(file), '')) {
    const found = getOption(key, file.name);
    assertPlace(file, found);
    values[key] = readValue(file.name, found, raw);
  }
  return values;
}

/** Fault `invalid` for a key that only a rig's file may set, in the town's. */
export function assertPlace({ place, name }: SettingsFile, { key, option }: FoundOption): void {
  if (option.isRigOnly !== true || place === 'rig') return;
  throw new Fault('invalid', `${name}: "${key}" belongs to one rig`, { hint: `set it in that rig's rig.toml: \`baton config set ${key} … --rig RIG\`` });
}

/** TOML as plain tables. Fault `invalid` with line and column. */
export function parseToml({ text, name }: Pick<SettingsFile, 'text' | 'name'>): Readonly<Record<string, unknown>> {
  try {
    return parse(text, { unsafeKeyBehaviour: 'throw' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '');
    throw new Fault('invalid', `${name}: line ${error.line}, column ${error.column}: ${reason}`, {
      hint: `mend that line:\n${error.codeblock.trimEnd()}`,
      cause: error,
      details: { file: name, line: error.line, column: error.column },
    });
  }
}

/** Every value with its dotted key. A table in the place of a row's value counts as its value, so that the row's kind refuses it. */
function leaves(table: Readonly<Record<string, unknown>>, prefix: string): [key: string, raw: unknown][] {
  return Object.entries(table).flatMap(([name, raw]): [string, unknown][] => {
    const key = `${prefix}${name}`;
    return isTable(raw) && findOption(key) === undefined ? leaves(raw, `${key}.`) : [[key, raw]];
  });
}

function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Date);
}
