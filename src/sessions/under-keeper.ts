import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base';
import { findProcess, isOver, listProcesses, markOf, type ProcessMark, toMark } from '#host';

/**
 * The words that run a program under its keeper: a shell that waits for it and ends as it ends, with its exit code or by the same signal. tmux
 * continues at once whatever stops that it started itself (server.c, server_child_stopped), so an emergency stop can only freeze a program that is
 * not tmux's own child. Signals that the keeper catches are the program's to answer: it is in the same group, or was sent its own. A hangup is not
 * caught: the kernel tells it only the keeper, and the program when that has died. After a failure it holds the terminal for a moment, because tmux
 * may not show what was printed in the moment of the exit, and the last words tell why (V4).
 */
export function underKeeper(argv: readonly string[]): string[] {
  return ['/bin/sh', '-c', keeper, 'baton', ...argv];
}

const keeper = `trap : INT QUIT TERM
"$@"
code=$?
trap - INT QUIT TERM
[ "$code" -eq 0 ] || [ "$code" -gt 128 ] || sleep 0.1 2>/dev/null
[ "$code" -le 128 ] || kill -$((code - 128)) $$ 2>/dev/null
exit "$code"`;

/** A keeper forks at once; this is for a machine that has other things to do. */
const forkMsMax = 2000;
const lookMs = 5;

/** The program that a keeper runs; undefined where it has ended, and the keeper with it. */
export async function findKept({ clock }: { clock: Clock }, keeper: ProcessMark): Promise<ProcessMark | undefined> {
  const deadline = clock.monotonic() + forkMsMax;
  for (;;) {
    const child = listProcesses().find((entry) => entry.ppid === keeper.pid && !isOver(entry));
    if (child !== undefined) return toMark(child);
    if (markOf(keeper.pid)?.start !== keeper.start || clock.monotonic() > deadline) return undefined;
    await sleep(lookMs);
  }
}

/** The pid of the keeper of a session's program: its parent, as long as it lives. */
export function findKeeper(program: ProcessMark): number | undefined {
  const entry = findProcess(program.pid);
  return entry?.start === program.start ? entry.ppid : undefined;
}
