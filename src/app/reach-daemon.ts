import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, formatDuration, isFault, second } from '#base';
import { buildEnvironment, ensureDir, isAlive, markOf, modifiedAt, type ProcessMark, readMark, spawnDetached, touchFile } from '#host';
import { getTmux } from '#tmux';
import { listAccounts } from '#town';
import { judgeVersion, ownVersion, versionOfDaemon } from './daemon-version.ts';
import type { Deps } from './deps.ts';
import { endDaemon } from './end-daemon.ts';
import { installPrograms } from './install-programs.ts';
import { refuseMoved } from './moved-town.ts';

/** How long a new daemon may take until it answers. */
const startMsMax = 15 * second;
/** A daemon that was started at the same time and was first gets this long to tell who it is. */
const otherMsMax = 3 * second;
/** A daemon that should live is revived at most this often (DESIGN.md section 12). */
const reviveMsMin = 2 * second;
/** A wake is a hint: a daemon that does not take it at once is waked by its own beat. */
const wakeMsMax = 200;

type Reach = Pick<Deps, 'clock' | 'env' | 'root' | 'paths' | 'store' | 'settings' | 'programs' | 'by'>;

/** Where the daemon of a town tells who it is and how it is reached: `pid|start`, and the path of its socket. */
export function daemonFiles(run: string): { pid: string; socket: string; revived: string; log: string } {
  return { pid: `${run}/daemon.pid`, socket: `${run}/daemon.socket`, revived: `${run}/daemon.revived`, log: `${dirname(run)}/logs/daemon.log` };
}

/** The town's daemon on this host, if its process lives. */
export function findDaemon({ paths }: Pick<Deps, 'paths'>): ProcessMark | undefined {
  const mark = readMark(readIfThere(daemonFiles(paths.run).pid));
  return mark !== undefined && isAlive(mark) ? mark : undefined;
}

/** Whether the daemon should live: from the first order or `daemon start` on, until `down` or `daemon stop`. */
export async function isDaemonWanted({ store }: Pick<Deps, 'store'>): Promise<boolean> {
  const row = await store.db.selectFrom('meta').select('value').where('key', '=', 'daemon').executeTakeFirst();
  return row?.value === 'running';
}

/** Records whether the daemon should live; an intended stop is never undone by a watchdog (X2). */
export async function wantDaemon({ store, by }: Pick<Deps, 'store' | 'by'>, wanted: 'running' | 'stopped'): Promise<void> {
  const person = { actor: by.actor, point: 'daemon.want' };
  await store.change(person, async (tx) => {
    const current = await tx.selectFrom('meta').select('value').where('key', '=', 'daemon').executeTakeFirst();
    if (current?.value === wanted) return { answer: undefined, events: [] };
    await tx
      .insertInto('meta')
      .values({ key: 'daemon', value: wanted })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: wanted }))
      .execute();
    return { answer: undefined, events: [{ type: wanted === 'running' ? 'daemon_wanted' : 'daemon_unwanted' }] };
  });
}

/** An order was written: the daemon is waked, and started first where there is none (O1) or an older program's. */
export async function rouseDaemon(deps: Reach): Promise<'waked' | 'started'> {
  const running = findDaemon(deps);
  const isOlder = running !== undefined && judgeVersion(versionOfDaemon(deps, running), ownVersion(deps)) === 'older';
  if (running !== undefined && !isOlder && (await isDaemonWanted(deps))) {
    await wakeDaemon(deps);
    return 'waked';
  }
  await startDaemon(deps);
  return 'started';
}

/** Where no daemon lives and none could, for want of a fit tmux or because the town was moved, an order is refused before anything is made for it. */
export async function refuseWithoutDaemon(deps: Pick<Deps, 'env' | 'paths' | 'store' | 'root'>): Promise<void> {
  if (findDaemon(deps) !== undefined) return;
  await refuseMoved(deps);
  await getTmux(buildEnvironment(deps.env, { pass: [] }));
}

/**
 * Starts the daemon and waits until it holds the town. Answers `already` where one of this program, or of a newer one, does; any other is drained and
 * `replaced`, while sessions live on (S6).
 */
export async function startDaemon(deps: Reach): Promise<{ kind: 'started' | 'already' | 'replaced'; pid: number }> {
  await refuseWithoutDaemon(deps);
  await wantDaemon(deps, 'running');
  const running = findDaemon(deps);
  const judged = running === undefined ? 'same' : judgeVersion(versionOfDaemon(deps, running), ownVersion(deps));
  if (running !== undefined && (judged === 'same' || judged === 'newer')) return { kind: 'already', pid: running.pid };
  if (running !== undefined) await endDaemon(deps, running);
  const spawned = await spawnDaemon(deps);
  return { kind: running === undefined ? 'started' : 'replaced', pid: (await awaitDaemon(deps, spawned)).pid };
}

/** Waits until a daemon holds the town, ours or one that was first. Fault `unavailable` with its last words where ours ended and no other came. */
async function awaitDaemon(deps: Reach, spawned: number): Promise<ProcessMark> {
  const { log } = daemonFiles(deps.paths.run);
  const deadline = deps.clock.monotonic() + startMsMax;
  let endedBy = Number.POSITIVE_INFINITY;
  for (;;) {
    const daemon = findDaemon(deps);
    if (daemon !== undefined) return daemon;
    const now = deps.clock.monotonic();
    if (markOf(spawned) === undefined) endedBy = Math.min(endedBy, now + otherMsMax);
    if (now > endedBy) throw new Fault('unavailable', `the daemon ended at once: ${readLastWords(log)}`, { hint: `its log is ${log}` });
    if (now > deadline) throw new Fault('timeout', `the daemon did not answer within ${formatDuration(startMsMax)}`, { hint: `its log is ${log}` });
    await sleep(10);
  }
}

/** The last line of the log, without its form. */
function readLastWords(log: string): string {
  const line = readIfThere(log).trimEnd().split('\n').at(-1) ?? '';
  return /"message":"(.*)"\}$/.exec(line)?.[1] ?? line;
}

/**
 * Any command revives a daemon that should live and does not, at most once in 2 s; not waited for. One that cannot be revived is no failure of the
 * command, which did what it was asked for: the next one tries again, and an order that needs the daemon says why.
 */
export async function reviveDaemon(deps: Reach): Promise<void> {
  const { revived } = daemonFiles(deps.paths.run);
  try {
    if (findDaemon(deps) !== undefined || !(await isDaemonWanted(deps))) return;
    if (Math.abs(deps.clock.now() - (modifiedAt(revived) ?? 0)) < reviveMsMin) return;
    touchFile(revived, deps.clock.now());
    await spawnDaemon(deps);
  } catch (error) {
    if (!isFault(error) && !(error instanceof Error && 'code' in error)) throw error;
  }
}

/** Wakes the daemon through its socket. A daemon that does not answer sees the order at its next beat. */
export async function wakeDaemon({ paths }: Pick<Deps, 'paths'>): Promise<void> {
  const path = readIfThere(daemonFiles(paths.run).socket).trim();
  if (path === '') return;
  await new Promise<void>((resolve) => {
    const client = connect(path, () => client.end('wake\n'));
    client.setTimeout(wakeMsMax, () => client.destroy());
    client.on('error', () => resolve());
    client.on('close', () => resolve());
  });
}

/**
 * Runs the installed daemon with a built environment, so that nothing of the caller's identity passes, and of secrets only what accounts name (O5): the
 * daemon gives each session its account's own, and tmux gets none. Answers its pid; see `startDaemon`.
 */
export async function spawnDaemon(deps: Omit<Reach, 'by' | 'clock'>): Promise<number> {
  const { dir } = installPrograms(deps);
  const { log } = daemonFiles(deps.paths.run);
  ensureDir(deps.paths.logs, 0o700);
  const ofAccounts = (await listAccounts(deps.store.db)).flatMap(({ env: sources }) => Object.values(sources));
  const env = buildEnvironment(deps.env, { pass: [...deps.settings.get('env.pass'), ...ofAccounts] });
  return spawnDetached({ cwd: deps.root, env, logPath: log }, [deps.programs.node, join(dir, 'daemon.cjs'), deps.root]);
}

/** A daemon that goes removes its files: one that is gone by then says nothing. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
