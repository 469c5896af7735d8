import type { App, RuntimeStatus, Sourced } from '#app';
import { formatCount } from '#base';
import { formatSource } from '#config/model';
import type { Page } from '../print/page.ts';
import { type Cell, facts, table } from '../print/table.ts';
import { answers } from '../run.ts';

/** `baton config agent list` */
export const listAgents = answers({
  ask: (app, { noVersion }: { noVersion: boolean }) => app.runtimes.list({ withVersion: !noVersion }),
  print: (found, page) =>
    table(
      page,
      [
        { heading: 'RUNTIME' },
        { heading: 'INSTALLED', isFlexible: true },
        { heading: 'VERSION' },
        { heading: 'LOGIN' },
        { heading: 'SIGNALS' },
        { heading: 'FROM' },
      ],
      found.map((runtime) => [runtime.name, programCell(runtime), runtime.version ?? '', loginWord(runtime), runtime.signals.value, sourceOf(runtime.command)]),
      'no runtimes',
    ),
  ids: (found) => found.map(({ name }) => name),
});

/** `baton config agent get` */
export const getAgent = answers({
  ask: (app, { name }: { name: string }) => app.runtimes.get(name),
  print: (runtime, page) => runtimePage(page, runtime),
  ids: ({ name }) => [name],
});

type ToSet = { name: string; words: readonly string[]; window?: number; signals?: 'own' | 'none'; process: readonly string[] };

/** `baton config agent set` */
export const setAgent = answers({
  ask: (app, { process: processes, ...request }: ToSet) => app.runtimes.set({ ...request, processes }),
  print: (runtime, page) => runtimePage(page, runtime),
  ids: ({ name }) => [name],
});

/** `baton config agent remove` */
export const removeAgent = answers({
  ask: (app: App, { name }: { name: string }) => app.runtimes.remove(name),
  print: ({ name, keys, left }) => `baton.toml says no ${keys.join(', ')} any more; ${name} is ${remains[left]}`,
  ids: ({ name }) => [name],
});

const remains = { 'built-in': "Baton's own again", settings: 'what settings/agents.json says', gone: 'gone' } as const;

function runtimePage(page: Page, runtime: RuntimeStatus): string {
  const sourced = <T>(value: Sourced<T>, format: (value: T) => string) => `${format(value.value)}  (${sourceOf(value)})`;
  return facts(page, [
    ['runtime', `${runtime.name}, ${runtime.kind}`],
    ['command', sourced(runtime.command, (words) => words.join(' '))],
    ['installed', programCell(runtime)],
    ['version', runtime.version ?? 'not told'],
    ['login', loginLine(runtime)],
    ['signals', sourced(runtime.signals, String)],
    ['window', sourced(runtime.windowTokens, (tokens) => `${formatCount(tokens)} tokens`)],
    ['processes', sourced(runtime.processNames, (names) => names.join(', '))],
    ['plays', runtime.plays.length === 0 ? 'no role by the settings of now' : runtime.plays.join(', ')],
  ]);
}

function programCell({ program, command }: RuntimeStatus): Cell {
  if (program.kind === 'missing') return { text: `no: "${command.value[0] ?? ''}" is not on the PATH`, tone: 'faint' };
  return program.kind === 'ours' ? 'brought by Baton' : program.path;
}

/** Of a command alone it is not known whether it needs a login. */
function loginWord({ login, kind }: RuntimeStatus): string {
  if (login.kind !== 'needless') return login.kind;
  return kind === 'adapter' ? 'needs none' : 'not known';
}

function loginLine({ login, kind }: RuntimeStatus): string {
  if (login.kind === 'needless') return kind === 'adapter' ? 'needs none' : 'not known: where it would lie is not looked for';
  return login.kind === 'in' ? `in: ${login.evidence}` : `out: there is no ${login.evidence}`;
}

function sourceOf({ source }: Sourced<unknown>): string {
  return source.kind === 'built-in' ? 'built in' : formatSource(source);
}
