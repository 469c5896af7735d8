import { setTimeout as sleep } from 'node:timers/promises';
import { assert, type Clock } from '#base';
import { type ProcessMark, toMark } from './model.ts';
import { findProcess, isAlive } from './processes.ts';

/** How long to wait after SIGINT, after SIGTERM and after SIGKILL; 0 leaves the signal out. */
export type EndWaits = { readonly interruptMs: number; readonly termMs: number; readonly killMs: number };

const pollMs = 10;

/**
 * Ends exactly these processes: asks (SIGINT), then SIGTERM, then SIGKILL, each mark proved again just before (V3), never a group.
 * Over as soon as all are gone. Answers the survivors.
 */
export async function endProcesses({ clock }: { clock: Clock }, marks: readonly ProcessMark[], waits: EndWaits): Promise<ProcessMark[]> {
  for (const { pid } of marks) {
    assert(Number.isInteger(pid) && pid > 1, `pid ${pid} may not be ended`);
    assert(pid !== process.pid, 'a process may not end itself');
  }
  const phases = [
    { signals: ['SIGINT'], waitMs: waits.interruptMs },
    // A stopped process takes no signal but SIGKILL before it is continued; to any other, SIGCONT says nothing.
    { signals: ['SIGTERM', 'SIGCONT'], waitMs: waits.termMs },
    { signals: ['SIGKILL'], waitMs: waits.killMs },
  ] as const;
  let left = marks.filter(isAlive);
  for (const { signals, waitMs } of phases) {
    if (left.length === 0 || waitMs <= 0) continue;
    for (const mark of left) sendAll(mark, signals);
    left = await waitUntilGone(clock, left, waitMs);
  }
  return left.map(toMark);
}

function sendAll(mark: ProcessMark, signals: readonly NodeJS.Signals[]): void {
  for (const signal of signals) {
    const entry = findProcess(mark.pid);
    if (entry === undefined || entry.start !== mark.start) return;
    try {
      process.kill(mark.pid, signal);
    } catch (error) {
      // Gone meanwhile (ESRCH), or not ours to end (EPERM): then it is among the survivors.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
    }
  }
}

async function waitUntilGone(clock: Clock, marks: readonly ProcessMark[], waitMs: number): Promise<ProcessMark[]> {
  const deadline = clock.monotonic() + waitMs;
  let left = marks.filter(isAlive);
  while (left.length > 0 && clock.monotonic() < deadline) {
    await sleep(pollMs);
    left = left.filter(isAlive);
  }
  return left;
}
