import { setTimeout as sleep } from 'node:timers/promises';
import { type Chance, doublingBackoff, isFault, minute, second, shorten, withJitter } from '#base';
import { type ProgramResult, runProgram } from '#host';
import type { Screen } from './screen.ts';
import { plainText } from './screen.ts';

/** A call of the `baton` command. */
export interface Question {
  readonly argv: readonly string[];
  readonly input?: string;
  readonly timeoutMs?: number;
  /** How often to try while Baton is unavailable; for ever where nothing is said. */
  readonly tries?: number;
}

/** What came back. `failed` is an answer that trying again will not change, or the last of the tries. */
export type Answer =
  | { readonly kind: 'done'; readonly stdout: string }
  | { readonly kind: 'failed'; readonly code: number; readonly stdout: string; readonly text: string };

/** Thrown when Baton says that another generation plays this agent now: nothing more is to be called or done. */
export class Replaced extends Error {}

/** How this agent speaks to Baton. */
export interface Baton {
  ask(question: Question): Promise<Answer>;
}

interface Parts {
  readonly chance: Chance;
  readonly screen: Screen;
  /** Aborted when the program ends: then no call is begun any more. */
  readonly ending: AbortSignal;
}

const timeoutMsDefault = minute;
const firstWaitMs = second;
const waitMsMax = 30 * second;
const exit = { conflict: 4, unavailable: 5, timeout: 6 } as const;

/** Baton as a command: `program` absolute, or looked up on PATH. */
export function makeBaton(parts: Parts, program: { readonly baton: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> }): Baton {
  return {
    ask: async (question) => {
      for (let n = 1; ; n += 1) {
        if (parts.ending.aborted) await forever();
        const answer = await call(parts, program, question);
        const isLast = question.tries !== undefined && n >= question.tries;
        if (answer.kind === 'done' || !isWorthRetrying(answer.code) || isLast) return answer;
        const waitMs = withJitter(doublingBackoff(n, firstWaitMs, waitMsMax), 0.2, parts.chance.fraction());
        parts.screen.bad(`baton ${question.argv.slice(0, 3).join(' ')}: ${answer.text || 'no answer'}; trying again in ${Math.ceil(waitMs / second)} s`);
        await sleep(waitMs);
      }
    },
  };
}

async function call(parts: Parts, program: { baton: string; cwd: string; env: Readonly<Record<string, string>> }, question: Question): Promise<Answer> {
  const request = {
    cwd: program.cwd,
    env: program.env,
    input: question.input ?? '',
    timeoutMs: question.timeoutMs ?? timeoutMsDefault,
    outputBytesMax: 1024 * 1024,
    signal: parts.ending,
  };
  try {
    return read(await runProgram(request, [program.baton, ...question.argv]));
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'failed', code: error.kind === 'unavailable' ? exit.unavailable : 1, stdout: '', text: error.message };
  }
}

function read(result: ProgramResult): Answer {
  if (result.code === 0) return { kind: 'done', stdout: result.stdout };
  const said = plainText(`${result.stderr}\n${result.stdout}`).trim();
  if (result.code === exit.conflict && /you were replaced|your session has ended/i.test(said)) throw new Replaced(said.split('\n')[0]);
  // A call that was killed may have done its work or not, and its answer is lost: it is asked again, as every verb may be.
  const code = result.timedOut ? exit.timeout : (result.code ?? exit.unavailable);
  return { kind: 'failed', code, stdout: result.stdout, text: shorten(said, 300) };
}

function isWorthRetrying(code: number): boolean {
  return code === exit.unavailable || code === exit.timeout;
}

/** A wait that only the program's end ends; its timer keeps the program alive, also where nobody can type. */
export function forever(): Promise<never> {
  return new Promise(() => {
    setInterval(() => {}, longestTimerMs);
  });
}

const longestTimerMs = 2 ** 31 - 1;
