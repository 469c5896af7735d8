import { type Clock, Fault, formatDuration, shorten } from '#base';
import { endProcesses } from './end-processes.ts';
import { findProcessesByEnvironment } from './processes.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

export type CommandsRequest = {
  readonly dir: string;
  /** Each is run as `sh -c`, one after another; they are settings of whoever owns the machine. */
  readonly commands: readonly string[];
  /** What one of them may take. */
  readonly timeoutMs: number;
  /** Cuts off the one that runs, with all its processes. */
  readonly signal?: AbortSignal | undefined;
};

/** All passed, or the first that did not, with how it ended and the last lines of what it printed. */
export type CommandsAnswer = { readonly kind: 'passed' } | { readonly kind: 'failed'; readonly command: string; readonly detail: string };

/** Which folder a command of ours works in: how a later attempt finds what a killed one left running. */
const placeVariable = 'BATON_COMMANDS_IN';
const outputBytesMax = 64 * 1024;
const shownLinesMax = 20;
const shownLineLengthMax = 300;

/**
 * Runs commands in a folder until one fails. What a killed Baton left running there is ended first. Fault `unavailable` where one was cut off:
 * then nothing is known of it.
 */
export async function runCommands(
  { clock, env }: { clock: Clock; env: Readonly<Record<string, string>> },
  { dir, commands, timeoutMs, signal }: CommandsRequest,
): Promise<CommandsAnswer> {
  await endCommands({ clock }, dir);
  for (const command of commands) {
    const request = { cwd: dir, env: { ...env, [placeVariable]: dir }, timeoutMs, outputBytesMax, ...(signal === undefined ? {} : { signal }) };
    const result = await runProgram(request, ['sh', '-c', command]);
    if (result.aborted) throw new Fault('unavailable', `"${command}" was cut off`, { hint: 'it is run again from its beginning' });
    if (result.code !== 0) return { kind: 'failed', command, detail: describe(result, timeoutMs) };
  }
  return { kind: 'passed' };
}

/** Ends what a killed Baton left running in a folder, before somebody works there or removes it. */
export async function endCommands({ clock }: { clock: Clock }, dir: string): Promise<void> {
  const left = findProcessesByEnvironment({ [placeVariable]: dir });
  if (left.length > 0) await endProcesses({ clock }, left, { interruptMs: 0, termMs: 500, killMs: 2000 });
}

function describe(result: ProgramResult, timeoutMs: number): string {
  const lines = `${result.stdout.trimEnd()}\n${result.stderr.trimEnd()}`.trim().split('\n').slice(-shownLinesMax);
  const shown = lines.map((line) => shorten(line, shownLineLengthMax)).filter((line) => line !== '');
  return [describeEnd(result, timeoutMs), ...shown].join('\n');
}

function describeEnd({ code, signal, timedOut }: ProgramResult, timeoutMs: number): string {
  if (timedOut) return `it took longer than ${formatDuration(timeoutMs)}`;
  return signal === null ? `exit code ${code}` : `ended by ${signal}`;
}
