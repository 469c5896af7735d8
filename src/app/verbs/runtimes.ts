import { existsSync, readFileSync } from 'node:fs';
import { Fault } from '#base';
import { editToml, type SettingKey, type Source, unsetToml } from '#config';
import { playedRoles } from '#config/model';
import { chooseRuntime, type Login, readLogin } from '#dispatch';
import { writeFileAtomic } from '#host';
import { findRuntime, getRuntime, isAdapter, listRuntimes, type Runtime } from '#runtimes';
import { loadSettings } from '#town';
import type { Deps } from '../deps.ts';
import { type FoundProgram, findProgramOf, readProgramVersion } from '../find-runtime-program.ts';

export type RuntimeVerbs = ReturnType<typeof runtimeVerbs>;

/** Where a value of a runtime comes from: Baton itself, or a settings file. */
export type RuntimeSource = { readonly kind: 'built-in' } | Source;

/** A value of a runtime, and where it comes from. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: RuntimeSource;
}

/** A program that can play an agent, as it stands on this machine. */
export interface RuntimeStatus {
  readonly name: string;
  /** `adapter`: Baton knows its signals and transcripts; `preset`: a command, by Baton or the settings. */
  readonly kind: 'adapter' | 'preset';
  readonly command: Sourced<readonly string[]>;
  readonly program: FoundProgram;
  /** What `--version` says, on a line; undefined where the program is not there, says nothing in time, or was not asked. */
  readonly version: string | undefined;
  readonly login: Login;
  /**
   * The names in the caller's environment that the program goes by: those of its login and home, and all that begin like them. Sessions have what `env.pass`
   * names.
   */
  readonly variables: readonly string[];
  /** Who calls `baton signal`: the program itself, its settings, a plugin of ours, or nobody. */
  readonly signals: Sourced<string>;
  readonly windowTokens: Sourced<number>;
  readonly processNames: Sourced<readonly string[]>;
  /** The roles that the settings give it now. */
  readonly plays: readonly string[];
}

/** The programs that can play agents: what is known of them, and what the settings say. */
export function runtimeVerbs(deps: Deps) {
  return {
    /** Every one that Baton or the settings have; their versions are asked at the same time. */
    list: ({ withVersion }: { withVersion: boolean }) => Promise.all(listRuntimes(deps.settings).map((runtime) => describe(deps, runtime, withVersion))),
    get: async (name: string) => describe(deps, getRuntime(name, deps.settings), true),
    /** Writes the command, and what else is said, into `baton.toml`; answers how it stands then. */
    set: async (request: RuntimeToSet) => set(deps, request),
    /** Takes all that `baton.toml` says of it out again. */
    remove: async (name: string) => remove(deps, name),
  };
}

async function describe(deps: Deps, runtime: Runtime, withVersion: boolean): Promise<RuntimeStatus> {
  const { settings, env } = deps;
  const { name, descriptor } = runtime;
  const said = <T>(key: SettingKey, builtIn: T): Sourced<T> => {
    const { value, source } = settings.explain(key);
    return value === undefined || source.kind === 'default' ? { value: builtIn, source: { kind: 'built-in' } } : { value: value as T, source };
  };
  const command = said<readonly string[]>(`runtimes.${name}.command`, descriptor.command);
  const program = findProgramOf(deps, command.value);
  return {
    name,
    kind: isAdapter(runtime) ? 'adapter' : 'preset',
    command,
    program,
    version: withVersion ? await readProgramVersion(deps, program, command.value) : undefined,
    login: readLogin(descriptor.login, undefined, env),
    variables: listVariables(descriptor.login, env),
    signals: said(`runtimes.${name}.signals`, descriptor.signals.kind as string),
    windowTokens: said(`runtimes.${name}.window`, descriptor.windowTokens),
    processNames: said(`runtimes.${name}.processes`, descriptor.processNames),
    plays: playedRoles.filter((role) => chooseRuntime(settings, { role, rig: null }, undefined).runtime === name),
  };
}

function listVariables(login: Runtime['descriptor']['login'], env: Deps['env']): string[] {
  const own = login === undefined ? [] : [...(login.variable === undefined ? [] : [login.variable]), ...login.variables];
  const begins = own.map((name) => `${name.split('_')[0]}_`);
  return Object.keys(env).filter((name) => begins.some((begin) => name.startsWith(begin)));
}

/** What is said of a runtime; `words` is its command. */
interface RuntimeToSet {
  readonly name: string;
  readonly words: readonly string[];
  readonly window?: number | undefined;
  readonly signals?: string | undefined;
  readonly processes: readonly string[];
}

async function set(deps: Deps, { name, words, window, signals, processes }: RuntimeToSet): Promise<RuntimeStatus> {
  const said: [key: string, value: unknown][] = [
    [`runtimes.${name}.command`, splitLine(words)],
    [`runtimes.${name}.window`, window],
    [`runtimes.${name}.signals`, signals],
    [`runtimes.${name}.processes`, processes.length === 0 ? undefined : processes],
  ];
  let { text } = readFile(deps);
  for (const [key, value] of said) if (value !== undefined) text = editToml({ ...townFile, text }, key, value);
  writeFileAtomic(deps.paths.settings, text, { mode: 0o600 });
  const settings = loadSettings({ env: deps.env }, deps.root);
  return describe({ ...deps, settings }, getRuntime(name, settings), true);
}

/** One text that is a whole line, as the original takes it (`gt config agent set mine "mine --fast"`), is its words; the path of a program is none. */
function splitLine(words: readonly string[]): readonly string[] {
  const [line = ''] = words;
  return words.length === 1 && !existsSync(line) ? line.trim().split(/\s+/) : words;
}

/** What `baton.toml` no longer says of a runtime, and what it is by then. */
export interface RuntimeRemoved {
  readonly name: string;
  readonly keys: readonly string[];
  /** Whose it is then: Baton's own, by a settings file that goes on saying so, or nobody's. */
  readonly left: 'built-in' | 'settings' | 'gone';
}

async function remove(deps: Deps, name: string): Promise<RuntimeRemoved> {
  const keys = Object.keys(deps.settings.files.town).filter((key) => key.startsWith(`runtimes.${name}.`));
  const isLeft = isSaidElsewhere(deps, `runtimes.${name}.command`);
  if (keys.length === 0)
    throw new Fault('not-found', `baton.toml says nothing of a runtime "${name}"`, {
      hint: isLeft
        ? `settings/agents.json does, which Baton only reads: take "${name}" out there`
        : '`baton config agent list` tells what there is, and by what',
    });
  const { text } = readFile(deps);
  const edited = keys.reduce((now, key) => unsetToml({ ...townFile, text: now }, key), text);
  const left = isLeft ? 'settings' : findRuntime(name, builtInOnly) !== undefined ? 'built-in' : 'gone';
  const users = left === 'gone' ? playedRoles.filter((role) => chooseRuntime(deps.settings, { role, rig: null }, undefined).runtime === name) : [];
  if (users.length > 0)
    throw new Fault('conflict', `"${name}" plays ${users.join(', ')}`, {
      hint: '`baton config role-agent ROLE NAME` or `baton config default-agent NAME` gives them to another one first',
      details: { roles: users },
    });
  writeFileAtomic(deps.paths.settings, edited, { mode: 0o600 });
  return { name, keys, left };
}

/** Whether another file than `baton.toml` gives it to the town. */
function isSaidElsewhere({ settings }: Deps, key: string): boolean {
  return settings.files.agents !== undefined && key in settings.files.agents;
}

/** Settings that say nothing: what is a runtime by them is Baton's own. */
const builtInOnly = { get: () => undefined as never };

const townFile = { place: 'town', name: 'baton.toml' } as const;

function readFile({ paths }: Pick<Deps, 'paths'>): { text: string } {
  return { text: existsSync(paths.settings) ? readFileSync(paths.settings, 'utf8') : '' };
}
