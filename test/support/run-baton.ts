import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { minute } from '#base';
import { runProgram } from '#host';

/** What a shell would see of one run of `baton`. */
export interface Ran {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where a command is typed: the folder and the whole environment. */
export interface Seat {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

const outputBytesMax = 4 * 1024 * 1024;

/** The bundle that panes and child processes of the tests run: the runner's, else what `npm run build` left. */
export const bundle = process.env.BATON_TEST_DIST ?? resolve(import.meta.dirname, '../../dist');

/** Types `baton WORDS…` as a person does, and answers how it ended, whatever that is. */
export async function runBaton(seat: Seat, words: readonly string[]): Promise<Ran> {
  const program = join(bundle, 'baton.cjs');
  if (!existsSync(program)) throw new Error(`there is no bundle in "${bundle}": run \`npm run build\``);
  const request = { cwd: seat.cwd, env: seat.env, input: seat.input ?? '', timeoutMs: seat.timeoutMs ?? 3 * minute, outputBytesMax };
  const result = await runProgram(request, [process.execPath, program, ...words]);
  return { exit: result.code, out: result.stdout, err: result.stderr };
}

/** The same for a command that has to end well; answers its stdout without the last newline. */
export async function mustRunBaton(seat: Seat, words: readonly string[]): Promise<string> {
  const ran = await runBaton(seat, words);
  assert.equal(ran.exit, 0, `baton ${words.join(' ')} ended with ${ran.exit}\n${ran.err}${ran.out}`);
  return ran.out.trimEnd();
}
