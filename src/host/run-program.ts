import type { ChildProcess } from 'node:child_process';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { endSession } from './end-session.ts';
import { keepOutput } from './keep-output.ts';
import { markOf } from './processes.ts';
import { startProgram } from './start-program.ts';

export type ProgramRequest = {
  /** The whole environment of the program; without it, this process's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  /** Kept of each of stdout and stderr, head and tail; 16 MiB where nothing is said. */
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
};

export type ProgramResult = {
  /** The exit status; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** Something is missing in the middle of stdout or stderr. */
  readonly truncated: boolean;
};

const outputBytesDefault = 16 * 1024 * 1024;
/** A grandchild may keep the pipes open for ever: this long after the exit we stop listening. */
const drainMs = 200;

/**
 * Runs a program to its end, argv only, in a session of its own; a timeout or an abort ends every process of that session.
 * Any exit status is an answer. Faults: `unavailable` (no such program), `not-found` (no such folder), `invalid` (argv too long).
 */
export async function runProgram(request: ProgramRequest, argv: readonly string[]): Promise<ProgramResult> {
  const bytesMax = request.outputBytesMax ?? outputBytesDefault;
  const [stdout, stderr] = [keepOutput(bytesMax), keepOutput(bytesMax)];
  const cut = { timedOut: false, aborted: request.signal?.aborted ?? false };
  const result = (code: number | null, signal: NodeJS.Signals | null): ProgramResult => ({
    code,
    signal,
    stdout: stdout.text(),
    stderr: stderr.text(),
    ...cut,
    truncated: stdout.isCut() || stderr.isCut(),
  });
  if (cut.aborted) return result(null, null);

  const child = await start(request, argv);
  const exited = waitForExit(child);
  const watch = watchForCut(child.pid, request, cut);
  child.stdout?.on('data', stdout.add);
  child.stderr?.on('data', stderr.add);
  // A program may end without reading its input (EPIPE): its exit status tells what matters.
  child.stdin?.on('error', () => {});
  child.stdin?.end(request.input);
  try {
    const { code, signal } = await exited;
    await watch.ended();
    await drain(child);
    return result(code, signal);
  } finally {
    watch.stop();
  }
}

function start({ input, cwd, env }: ProgramRequest, argv: readonly string[]) {
  return startProgram(argv, {
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
}

function waitForExit(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Ends the program's session when its time is up or it is aborted; `ended` waits until that is done, if it was begun. */
function watchForCut(pid: number, request: ProgramRequest, cut: { timedOut: boolean; aborted: boolean }) {
  const leader = markOf(pid);
  let ending: Promise<void> | undefined;
  const end = (why: 'timedOut' | 'aborted') => {
    if (ending !== undefined || leader === undefined) return;
    cut[why] = true;
    ending = endSession(leader);
  };
  const timer = request.timeoutMs === undefined ? undefined : setTimeout(end, request.timeoutMs, 'timedOut');
  const onAbort = () => end('aborted');
  request.signal?.addEventListener('abort', onAbort, { once: true });
  if (request.signal?.aborted) onAbort();
  const stop = () => {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', onAbort);
  };
  const ended = async () => {
    stop();
    await ending;
  };
  return { ended, stop };
}

/** Waits until both pipes are done or `drainMs` have passed; the turn after that reads what a busy process left in them. */
async function drain(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const closed = Promise.all(streams.map((stream) => (stream.closed ? undefined : new Promise<void>((resolve) => stream.once('close', () => resolve())))));
  const timeout = new AbortController();
  await Promise.race([
    closed,
    sleep(drainMs, undefined, { signal: timeout.signal }).then(
      () => nextTurn(),
      () => {},
    ),
  ]);
  timeout.abort();
  for (const stream of streams) stream.destroy();
}
