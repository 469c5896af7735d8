import { Fault, nearestName } from '#base';
import { type About, findOption, type Settings } from '#config/model';
import { claude } from './claude/index.ts';
import { codex } from './codex/index.ts';
import type { Runtime } from './contract.ts';
import { gemini } from './gemini/index.ts';
import { kimi } from './kimi/index.ts';
import { opencode } from './opencode/index.ts';
import { pi } from './pi/index.ts';
import { makePreset } from './preset.ts';
import { presets } from './presets.ts';
import { runbook } from './runbook/index.ts';
import { view } from './view/index.ts';

/** Every adapter, one line each. */
export const runtimes: readonly Runtime[] = [runbook, view, claude, codex, pi, gemini, opencode, kimi];

/** The runtime of that name: an adapter, else one that the settings describe. Fault `not-found` names the ones there are. */
export function getRuntime(name: string, settings: Pick<Settings, 'get'>, about: About = {}): Runtime {
  const found = findRuntime(name, settings, about);
  if (found !== undefined) return found;
  const names = [...runtimes.map((runtime) => runtime.name), ...Object.keys(presets)];
  const near = nearestName(name, names);
  throw new Fault('not-found', `there is no runtime "${name}"`, {
    hint: near === undefined ? `there are: ${names.join(', ')}; \`runtimes.${name}.command\` in baton.toml would make one` : `did you mean "${near}"?`,
    details: { names },
  });
}

/** Every runtime that there is: the adapters, then those that Baton ships as settings and those that the settings describe, by name. */
export function listRuntimes(settings: Pick<Settings, 'get' | 'list'>): Runtime[] {
  const described = settings.list().flatMap(({ key, value }) => /^runtimes\.(.+)\.command$/.exec(value === undefined ? '' : key)?.[1] ?? []);
  const names = new Set([...runtimes.map(({ name }) => name), ...[...Object.keys(presets), ...described].sort()]);
  return [...names].flatMap((name) => findRuntime(name, settings) ?? []);
}

/** Whether a runtime is an adapter, which knows its program's signals and transcripts, and no command alone. */
export function isAdapter({ name }: Pick<Runtime, 'name'>): boolean {
  return runtimes.some((runtime) => runtime.name === name);
}

/** The runtime of that name, if Baton or the settings have it. An adapter's name is never taken over by settings. */
export function findRuntime(name: string, settings: Pick<Settings, 'get'>, about: About = {}): Runtime | undefined {
  return runtimes.find((runtime) => runtime.name === name) ?? findPreset(name, settings, about);
}

function findPreset(name: string, settings: Pick<Settings, 'get'>, about: About): Runtime | undefined {
  // What can be no key of a setting is no runtime of the settings.
  if (findOption(`runtimes.${name}.command`) === undefined) return undefined;
  const command = settings.get(`runtimes.${name}.command`, about);
  const shipped = Object.hasOwn(presets, name) ? presets[name] : undefined;
  const isNamed = command !== undefined && command.length > 0;
  if (!isNamed && shipped === undefined) return undefined;
  const said = {
    command: isNamed ? command : undefined,
    windowTokens: settings.get(`runtimes.${name}.window`, about),
    processNames: settings.get(`runtimes.${name}.processes`, about),
    signals: settings.get(`runtimes.${name}.signals`, about),
  };
  return makePreset(name, said, shipped);
}
