import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import { type Clock, formatDuration } from '#base';
import { type EndWaits, endProcesses, isOver, listProcesses } from '#host';

/** A command for `sh -c`, and where its output goes. */
export interface CommandRequest {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The file that takes stdout and stderr, whole. */
  readonly logPath: string;
  readonly timeoutMs: number;
  readonly cut: AbortSignal;
}

/** How a command ended. `flooded`: it wrote more than a log may hold. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly timeoutMs: number }
  | { readonly kind: 'flooded' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'not-started'; readonly reason: string };

type Cut = Extract<Outcome, { kind: 'timed-out' | 'flooded' | 'interrupted' }>;

/** No log grows past this: a command that prints for ever must not fill the disk under all the others. */
const logBytesMax = 1024 ** 3;
const logPollMs = 1000;
/** What a command leaves running when it ends has no more to do. */
const leftoverWaits: EndWaits = { interruptMs: 0, termMs: 500, killMs: 500 };
const cutWaits: Record<Cut['kind'], EndWaits> = {
  'timed-out': { interruptMs: 0, termMs: 2000, killMs: 1000 },
  flooded: { interruptMs: 0, termMs: 500, killMs: 1000 },
  interrupted: { interruptMs: 500, termMs: 1000, killMs: 1000 },
};

/**
 * Runs a command in a process group and session of its own, with nothing on stdin and its output going straight into the log, so that no
 * amount of it passes through this process. All of the group has ended when this returns.
 */
export async function runCommand({ clock }: { clock: Clock }, request: CommandRequest): Promise<Outcome> {
  let log: number | undefined;
  try {
    log = openSync(request.logPath, 'a', 0o600);
    return await runInto(log, { clock }, request);
  } catch (error) {
    // A variable that holds a NUL, a full disk: the step can't be done, and its note says why.
    return { kind: 'not-started', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

async function runInto(log: number, { clock }: { clock: Clock }, request: CommandRequest): Promise<Outcome> {
  if (!existsSync(request.cwd)) return { kind: 'not-started', reason: `the folder "${request.cwd}" is gone` };
  const child = spawn('/bin/sh', ['-c', request.command], { cwd: request.cwd, env: request.env, detached: true, stdio: ['ignore', log, log] });
  const ended = waitForEnd(child);
  const cut = watchForCut(request, log);
  const first = await Promise.race([ended, cut.happened]);
  cut.stop();
  if (child.pid !== undefined) await endGroup({ clock }, child.pid, isCut(first) ? cutWaits[first.kind] : leftoverWaits);
  return first;
}

/** How a command ended, in words: `exit 3`, `still ran after 10m`. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit ${outcome.code}`;
    case 'signalled':
      return `ended by ${outcome.signal}`;
    case 'timed-out':
      return `still ran after ${formatDuration(outcome.timeoutMs)} and was ended`;
    case 'flooded':
      return 'printed more than 1 GB and was ended';
    case 'interrupted':
      return 'interrupted';
    case 'not-started':
      return `could not be started: ${outcome.reason}`;
  }
}

function waitForEnd(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', reason: error.message }));
    child.once('exit', (code, signal) => resolve(code === null ? { kind: 'signalled', signal: signal ?? 'a signal' } : { kind: 'exited', code }));
  });
}

function watchForCut({ timeoutMs, cut }: CommandRequest, log: number): { happened: Promise<Cut>; stop: () => void } {
  const { promise: happened, resolve } = Promise.withResolvers<Cut>();
  const interrupt = () => resolve({ kind: 'interrupted' });
  const timer = setTimeout(() => resolve({ kind: 'timed-out', timeoutMs }), timeoutMs);
  const size = setInterval(() => {
    if (fstatSync(log).size > logBytesMax) resolve({ kind: 'flooded' });
  }, logPollMs);
  cut.addEventListener('abort', interrupt, { once: true });
  if (cut.aborted) interrupt();
  const stop = () => {
    clearTimeout(timer);
    clearInterval(size);
    cut.removeEventListener('abort', interrupt);
  };
  return { happened, stop };
}

function isCut(outcome: Outcome): outcome is Cut {
  return Object.hasOwn(cutWaits, outcome.kind);
}

/** Ends what is left of a group and of its session; looked at again, because a process may fork meanwhile. */
async function endGroup({ clock }: { clock: Clock }, leader: number, waits: EndWaits): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const left = listProcesses().filter((entry) => (entry.pgrp === leader || entry.sid === leader) && !isOver(entry));
    if (left.length === 0) return;
    await endProcesses({ clock }, left, round === 0 ? waits : leftoverWaits);
  }
}
