import { setTimeout as sleep } from 'node:timers/promises';
import { type Chance, doublingBackoff, isFault, minute, second, shorten, withJitter } from '#base';
import { type ProgramResult, runProgram } from '#host';
import { type Signal, type SignalReport, writeSignal } from '#runtimes/model';
import type { Setup } from './read-setup.ts';

interface Parts {
  readonly chance: Chance;
  readonly setup: Setup;
  /** Aborted when the program ends. */
  readonly ending: AbortSignal;
  /** Says on the page what is in the way; undefined when nothing is any more. */
  readonly tell: (problem: string | undefined) => void;
}

/** Exits after which asking again may help: Baton unavailable, or too slow (COMMANDS.md). */
const passing: readonly (number | null)[] = [5, 6, null];
const firstWaitMs = second;
const waitMsMax = 30 * second;

/**
 * Reports that the program runs, as every runtime does, and takes one turn, in which nothing is done: with it the session has received what its
 * predecessor left (H2). What is unavailable is asked again until it is there; anything else, as that another generation plays the role by now, is told.
 */
export async function reportStart(parts: Parts): Promise<void> {
  const signals: readonly (readonly [Signal, SignalReport])[] = [
    ['start', { source: 'startup' }],
    ['prompt', { prompt: 'Baton plays this role in code' }],
    ['stop', {}],
  ];
  for (const [signal, report] of signals) if (!(await deliver(parts, signal, report))) return;
}

/** False where it is not going to be taken. */
async function deliver({ chance, setup, ending, tell }: Parts, signal: Signal, report: SignalReport): Promise<boolean> {
  const input = writeSignal({ cwd: setup.cwd, ...report });
  for (let n = 1; !ending.aborted; n += 1) {
    const answer = await call(setup, signal, input, ending);
    if (answer.code === 0) {
      tell(undefined);
      return true;
    }
    if (ending.aborted) return false;
    tell(`baton signal ${signal}: ${shorten(`${answer.stderr} ${answer.stdout}`, 200) || 'no answer'}`);
    if (!passing.includes(answer.code)) return false;
    await sleep(withJitter(doublingBackoff(n, firstWaitMs, waitMsMax), 0.2, chance.fraction()), undefined, { signal: ending }).catch(() => {});
  }
  return false;
}

async function call(setup: Setup, signal: Signal, input: string, ending: AbortSignal): Promise<Pick<ProgramResult, 'code' | 'stdout' | 'stderr'>> {
  try {
    return await runProgram({ cwd: setup.cwd, env: setup.env, input, timeoutMs: minute, signal: ending }, [setup.baton, 'signal', signal]);
  } catch (error) {
    if (!isFault(error)) throw error;
    return { code: null, stdout: '', stderr: error.message };
  }
}
