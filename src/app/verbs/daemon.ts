import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, formatDuration, second } from '#base';
import { isAlive, modifiedAt } from '#host';
import { findLease } from '#store';
import type { Deps } from '../deps.ts';
import { daemonFiles, findDaemon, isDaemonWanted, startDaemon, wakeDaemon, wantDaemon } from '../reach-daemon.ts';

export type DaemonVerbs = ReturnType<typeof daemonVerbs>;

/** The daemon as it is: `isWanted` until `down` or `daemon stop`. `startedAt` in ms since 1970. */
export interface DaemonState {
  readonly isRunning: boolean;
  readonly isWanted: boolean;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  readonly lease: { readonly holder: string; readonly fence: number; readonly expiresAt: number } | undefined;
  readonly log: string;
}

/** What is under way is given this long to come to their end. */
const drainMsMax = 45 * second;

/** The town's daemon. */
export function daemonVerbs(deps: Deps) {
  return {
    start: () => startDaemon(deps),
    stop: () => stopDaemon(deps),
    status: () => readDaemonState(deps),
    wake: () => wakeDaemon(deps),
    logPath: () => daemonFiles(deps.paths.run).log,
    readLog: (lines: number) => readLastLines(daemonFiles(deps.paths.run).log, lines),
  };
}

export async function readDaemonState(deps: Deps): Promise<DaemonState> {
  const mark = findDaemon(deps);
  const lease = await findLease(deps.store, 'daemon');
  const files = daemonFiles(deps.paths.run);
  return {
    isRunning: mark !== undefined,
    isWanted: await isDaemonWanted(deps),
    pid: mark?.pid,
    startedAt: mark === undefined ? undefined : modifiedAt(files.pid),
    lease: lease === undefined ? undefined : { holder: lease.holder, fence: lease.fence, expiresAt: lease.expires_at },
    log: files.log,
  };
}

/** Stops the daemon on purpose: nothing revives it until it is started or an order is given (X2). Sessions live on. */
export async function stopDaemon(deps: Deps): Promise<{ kind: 'stopped' | 'not-running'; pid: number | undefined }> {
  await wantDaemon(deps, 'stopped');
  const mark = findDaemon(deps);
  if (mark === undefined) return { kind: 'not-running', pid: undefined };
  process.kill(mark.pid, 'SIGTERM');
  const deadline = deps.clock.monotonic() + drainMsMax;
  while (isAlive(mark)) {
    if (deps.clock.monotonic() > deadline)
      throw new Fault('timeout', `the daemon (pid ${mark.pid}) still ends what it has begun after ${formatDuration(drainMsMax)}; the order stands`, {
        hint: '`baton daemon status` shows whether it has gone',
      });
    await sleep(10);
  }
  return { kind: 'stopped', pid: mark.pid };
}

function readLastLines(path: string, lines: number): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines);
}
