import { Fault } from '#base';
import {
  environmentName,
  type FoundOption,
  fallbackOf,
  findKeyOfEnvironment,
  getOption,
  isOpenFamily,
  keysOf,
  patterns,
  type SettingKey,
  type SettingValue,
} from './keys.ts';
import { orderedKeys } from './options.ts';

/** Values by key, as the table's kinds have read them. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * What the files of a town say: `baton.toml`, each rig's `rig.toml` by the rig's name, and what `settings/agents.json` says of roles and agents, as the
 * values of their settings.
 */
export interface FileValues {
  readonly town: Values;
  readonly agents?: Values;
  readonly rigs: Readonly<Record<string, Values>>;
}

/** What is said for one process only: its environment (names that set nothing are passed over), and flags by key. */
export interface Overrides {
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly flags?: Readonly<Record<string, string>> | undefined;
}

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'town' }
  | { readonly kind: 'agents' }
  | { readonly kind: 'rig'; readonly rig: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag' };

/** A setting in force: `value` is undefined where the table has no default, `text` shows it to people. */
export interface Explained {
  readonly key: string;
  readonly value: unknown;
  readonly text: string;
  readonly source: Source;
}

/** For which rig a setting is asked; without one, the town's. */
export interface About {
  readonly rig?: string | null | undefined;
}

/** The settings in force: flag > environment > `rig.toml` > `baton.toml` > `settings/agents.json` > default. */
export interface Settings {
  /** The value of a key, typed by its row; `undefined` only where the table has no default. */
  get<K extends SettingKey>(key: K, about?: About): SettingValue<K>;
  /** The value and where it comes from. Fault `invalid` for an unknown key, with the nearest one as hint. */
  explain(key: string, about?: About): Explained;
  /** Every setting in the table's order: families by role, and those members of open families that are set. */
  list(about?: About): Explained[];
  /** What the files say, for a snapshot. */
  readonly files: FileValues;
}

/** Joins what the files say with environment and flags. Fault `invalid` for a flag or an environment value that does not fit. */
export function makeSettings(files: FileValues, overrides: Overrides = {}): Settings {
  const rigs = new Map(Object.entries(files.rigs).map(([name, values]) => [name.toLowerCase(), { name, values }]));
  const flags = readFlags(overrides.flags ?? {});
  const environment = readEnvironment(overrides.env ?? {});
  const find = (found: FoundOption, about: About): { value: unknown; source: Source } => {
    const { key } = found;
    const rig = rigs.get((about.rig ?? '').toLowerCase());
    if (key in flags) return { value: flags[key], source: { kind: 'flag' } };
    if (key in environment) return { value: environment[key], source: { kind: 'environment', name: environmentName(key) } };
    if (rig !== undefined && key in rig.values) return { value: rig.values[key], source: { kind: 'rig', rig: rig.name } };
    if (key in files.town) return { value: files.town[key], source: { kind: 'town' } };
    if (files.agents !== undefined && key in files.agents) return { value: files.agents[key], source: { kind: 'agents' } };
    return { value: fallbackOf(found), source: { kind: 'default' } };
  };
  const explain = (key: string, about: About = {}): Explained => {
    const found = getOption(key);
    const { value, source } = find(found, about);
    return { key, value, source, text: value === undefined ? '' : found.option.kind.format(value) };
  };
  const settings: Settings = {
    files,
    get: <K extends SettingKey>(key: K, about: About = {}) => find(getOption(key), about).value as SettingValue<K>,
    explain,
    list: (about = {}) =>
      listKeys([flags, environment, files.agents ?? {}, files.town, rigs.get((about.rig ?? '').toLowerCase())?.values ?? {}]).map((key) => explain(key, about)),
  };
  // The table's defaults agree with each other, so that a rig which says nothing of an ordered pair need not be asked.
  if ([flags, environment, files.town].some(saysOrdered)) assertOrder(settings, {});
  for (const [rig, values] of Object.entries(files.rigs)) if (saysOrdered(values)) assertOrder(settings, { rig });
  return settings;
}

/** A raw value as its row's kind reads it. Fault `invalid` that names place, key, value and what it must be. */
export function readValue(place: string, { key, option }: FoundOption, raw: unknown): unknown {
  const value = option.kind.read(raw);
  if (value !== undefined) return value;
  throw new Fault('invalid', `${place}: "${key}" is ${show(raw)}; it must be ${option.kind.says}`, {
    hint: `mend "${key}"; \`baton config list\` shows every setting with its default`,
  });
}

/** Where a value comes from, for people. */
export function formatSource(source: Source): string {
  if (source.kind === 'town') return 'baton.toml';
  if (source.kind === 'agents') return 'settings/agents.json';
  if (source.kind === 'rig') return `${source.rig}/rig.toml`;
  return source.kind === 'environment' ? source.name : source.kind;
}

function readFlags(flags: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(Object.entries(flags).map(([key, raw]) => [key, readValue('flag', getOption(key, 'flag'), raw)]));
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): Values {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(env)) {
    const key = findKeyOfEnvironment(name);
    const raw = key === undefined ? undefined : env[name];
    if (key !== undefined && raw !== undefined) values[key] = readValue(`environment ${name}`, getOption(key), raw);
  }
  return values;
}

function listKeys(layers: readonly Values[]): string[] {
  const said = layers.flatMap((values) => Object.keys(values));
  return patterns.flatMap((pattern) => {
    if (!isOpenFamily(pattern)) return keysOf(pattern) as string[];
    const members = said.filter((key) => getOption(key).pattern === pattern);
    return [...new Set(members)].sort();
  });
}

function saysOrdered(values: Values): boolean {
  return orderedKeys.some((pair) => pair.some((key) => key in values));
}

/** Two settings that contradict each other are refused, whichever file says so: "cycle at 60 %, suggest at 70 %" would never suggest. */
function assertOrder(settings: Settings, about: About): void {
  for (const [low, high] of orderedKeys) {
    const [a, b] = [settings.explain(low, about), settings.explain(high, about)];
    if (Number(a.value) <= Number(b.value)) continue;
    const sources = `${low} comes from ${formatSource(a.source)}, ${high} from ${formatSource(b.source)}`;
    throw new Fault('invalid', `"${low}" (${a.text}) is larger than "${high}" (${b.text})`, { hint: `set both; ${sources}` });
  }
}

function show(raw: unknown): string {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? 'a table' : (JSON.stringify(raw) ?? String(raw));
}
