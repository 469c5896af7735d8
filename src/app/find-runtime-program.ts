import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, second } from '#base';
import { buildEnvironment, findProgram, runProgram } from '#host';
import { getRuntime } from '#runtimes';
import type { Deps } from './deps.ts';

/** Where a runtime's program is: found on the PATH, brought by Baton, or not there. */
export type FoundProgram = { readonly kind: 'found' | 'ours'; readonly path: string } | { readonly kind: 'missing' };

/** A program that has not told its version by then is one that starts something instead. */
const versionMsMax = 3 * second;

/** The program of a command, as a session would find it; Baton's own runtimes are bundles beside its other programs. */
export function findProgramOf({ programs, env, paths }: Pick<Deps, 'programs' | 'env' | 'paths'>, command: readonly string[]): FoundProgram {
  const [name = ''] = withoutEnv(command);
  const bundle = join(programs.dir, `${name}.cjs`);
  if (command.length === 1 && /^[a-z]+$/.test(name) && existsSync(bundle)) return { kind: 'ours', path: bundle };
  const folders = (buildEnvironment(env, { pass: [] }).PATH ?? '').split(':').filter((folder) => folder !== paths.bin);
  const path = findProgram(name, folders.join(':'));
  return path === undefined ? { kind: 'missing' } : { kind: 'found', path };
}

/** A command's own program and its words, without the `env NAME=VALUE …` that may stand before them. */
function withoutEnv(command: readonly string[]): readonly string[] {
  const start = command.findIndex((word, index) => index > 0 && !/^\w+=/.test(word));
  return command[0] === 'env' && start > 0 ? command.slice(start) : command;
}

type About = { readonly rig: string | null };
type Places = Pick<Deps, 'programs' | 'env' | 'paths' | 'settings'>;

/** The program of a runtime as the settings have it, by its name; `isNeeded` is false where Baton plays it with a program of its own. Fault `not-found`. */
export function findProgramFor(
  deps: Places,
  { rig }: About,
  runtime: string,
): { readonly name: string; readonly command: readonly string[]; readonly program: FoundProgram; readonly isNeeded: boolean } {
  const { descriptor } = getRuntime(runtime, deps.settings, { rig });
  const command = deps.settings.get(`runtimes.${runtime}.command`, { rig }) ?? descriptor.command;
  return { name: withoutEnv(command)[0] ?? '', command, program: findProgramOf(deps, command), isNeeded: descriptor.hasModel };
}

/** Refuses a start of a runtime whose program is not there: it would die at once, again and again. Fault `unavailable`. */
export function admitProgram(deps: Places, about: About, runtime: string): void {
  const { name, command, program, isNeeded } = findProgramFor(deps, about, runtime);
  if (!isNeeded || program.kind !== 'missing') return;
  throw new Fault('unavailable', `"${name}", the program of the runtime "${runtime}", is not on your PATH`, {
    hint: 'install it, or name another one: `baton config agent list` shows which are here',
    details: { runtime, command },
  });
}

/** What a program says to `--version`: its first line. Undefined where it fails, says nothing or takes more than 3 s. */
export async function readProgramVersion(
  { programs, env, settings }: Pick<Deps, 'programs' | 'env' | 'settings'>,
  program: FoundProgram,
  command: readonly string[],
): Promise<string | undefined> {
  if (program.kind === 'missing') return undefined;
  if (program.kind === 'ours') return readOwnVersion(programs.dir);
  const [, ...words] = withoutEnv(command);
  const request = { env: buildEnvironment(env, { pass: settings.get('env.pass') }), timeoutMs: versionMsMax, outputBytesMax: 4096 };
  const ran = await runProgram(request, [program.path, ...words, '--version']).catch(() => undefined);
  if (ran === undefined || ran.code !== 0) return undefined;
  return `${ran.stdout}\n${ran.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}

function readOwnVersion(dir: string): string | undefined {
  const path = join(dir, 'version.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : undefined;
}
