import { existsSync, readFileSync } from 'node:fs';
import { modifiedAt } from '#host';
import { findLease } from '#store';
import { judgeVersion, ownVersion, versionOfDaemon } from '../daemon-version.ts';
import type { Deps } from '../deps.ts';
import { endDaemon } from '../end-daemon.ts';
import { installUnit, uninstallUnit } from '../install-unit.ts';
import { daemonFiles, findDaemon, isDaemonWanted, startDaemon, wakeDaemon, wantDaemon } from '../reach-daemon.ts';

export type DaemonVerbs = ReturnType<typeof daemonVerbs>;

/** The daemon as it is: `isWanted` until `down` or `daemon stop`. `startedAt` in ms since 1970. */
export interface DaemonState {
  readonly isRunning: boolean;
  readonly isWanted: boolean;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  /** Of the program that it runs; undefined where that is not one of the town's copies. */
  readonly version: string | undefined;
  /** Another program than its own would take its place with the next `daemon start`. */
  readonly isOutdated: boolean;
  readonly lease: { readonly holder: string; readonly fence: number; readonly expiresAt: number } | undefined;
  readonly log: string;
}

/** The town's daemon. */
export function daemonVerbs(deps: Deps) {
  return {
    start: () => startDaemon(deps),
    stop: () => stopDaemon(deps),
    restart: () => restartDaemon(deps),
    status: () => readDaemonState(deps),
    install: ({ isPrinted }: { isPrinted: boolean }) => installUnit(deps, { isPrinted }),
    uninstall: () => uninstallUnit(deps),
    wake: () => wakeDaemon(deps),
    logPath: () => daemonFiles(deps.paths.run).log,
    readLog: (lines: number) => readLastLines(daemonFiles(deps.paths.run).log, lines),
  };
}

export async function readDaemonState(deps: Deps): Promise<DaemonState> {
  const mark = findDaemon(deps);
  const lease = await findLease(deps.store, 'daemon');
  const files = daemonFiles(deps.paths.run);
  const version = mark === undefined ? undefined : versionOfDaemon(deps, mark);
  return {
    isRunning: mark !== undefined,
    isWanted: await isDaemonWanted(deps),
    pid: mark?.pid,
    startedAt: mark === undefined ? undefined : modifiedAt(files.pid),
    version,
    isOutdated: ['older', 'other'].includes(judgeVersion(version, ownVersion(deps))),
    lease: lease === undefined ? undefined : { holder: lease.holder, fence: lease.fence, expiresAt: lease.expires_at },
    log: files.log,
  };
}

/** Ends the daemon and starts one of this program, whatever ran before. Sessions live on. */
async function restartDaemon(deps: Deps): Promise<{ kind: 'started' | 'replaced' | 'already'; pid: number }> {
  const mark = findDaemon(deps);
  if (mark !== undefined) await endDaemon(deps, mark);
  const started = await startDaemon(deps);
  return mark === undefined ? started : { ...started, kind: 'replaced' };
}

/** Stops the daemon on purpose: nothing revives it until it is started or an order is given (X2). Sessions live on. */
export async function stopDaemon(deps: Deps): Promise<{ kind: 'stopped' | 'not-running'; pid: number | undefined }> {
  await wantDaemon(deps, 'stopped');
  const mark = findDaemon(deps);
  if (mark === undefined) return { kind: 'not-running', pid: undefined };
  await endDaemon(deps, mark);
  return { kind: 'stopped', pid: mark.pid };
}

function readLastLines(path: string, lines: number): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines);
}
