import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { known } from '#base';
import { buildEnvironment, formatMark, markOf, systemClock, writeFileAtomic } from '#host';
import { giveLease, type LeaseRequest, lastSeq, readEvents, takeLease, updateStore } from '#store';
import { ensureServer, getTmux, openTmuxChannel, type Tmux } from '#tmux';
import { recordBootRow } from '#town';
import { townPaths } from '#town/model';
import type { Deps } from './deps.ts';
import { cycle } from './duties/cycle.ts';
import { deliver } from './duties/deliver.ts';
import type { Duty } from './duties/duty.ts';
import { findTranscripts } from './duties/find-transcripts.ts';
import { freeze } from './duties/freeze.ts';
import { keepTranscripts } from './duties/keep-transcripts.ts';
import { land } from './duties/land.ts';
import { ordered } from './duties/ordered.ts';
import { paint } from './duties/paint.ts';
import { prune } from './duties/prune.ts';
import { pushWip } from './duties/push-wip.ts';
import { readSpool } from './duties/read-spool.ts';
import { ready } from './duties/ready.ts';
import { receipts } from './duties/receipts.ts';
import { restUnderEstop } from './duties/rest-under-estop.ts';
import { restWhereGone } from './duties/rest-where-gone.ts';
import { retire } from './duties/retire.ts';
import { stalled } from './duties/stalled.ts';
import { supervise } from './duties/supervise.ts';
import { watch } from './duties/watch.ts';
import { welcome } from './duties/welcome.ts';
import { findPrograms } from './find-programs.ts';
import { installPrograms } from './install-programs.ts';
import { listenForWakes } from './listen-for-wakes.ts';
import { liveSettings } from './live-settings.ts';
import { describeOffice, leaseTtlMs } from './office.ts';
import { openDeps } from './open-deps.ts';
import { daemonFiles, isDaemonWanted, spawnDaemon } from './reach-daemon.ts';
import { installTownShims } from './shims.ts';
import { tmuxSocketName } from './tmux.ts';

/** A daemon that holds its town: its duties, and what keeps it in office. */
export interface Daemon {
  readonly duties: readonly Duty[];
  /** How long it holds its town without a renewal, in ms. */
  readonly leaseMs: number;
  /** Calls back for every wake until the answer is called. */
  onWake(wake: () => void): () => void;
  /** Renews the lease; false when another daemon has it, or the town was moved away: nothing is to be made again where it was. */
  renew(): Promise<boolean>;
  /** Leaves the office. Where the daemon was stopped and is wanted again by now, its successor is started. */
  close(): Promise<void>;
}

/** Whose daemon, and where it tells what it does. */
export interface DaemonRequest {
  readonly root: string;
  readonly env: Deps['env'];
  readonly cwd: string;
  readonly tell: (line: string) => void;
}

/**
 * Opens the daemon of a town: its store (brought up to date where it is older, S6), its lease, its tmux server, its socket. `taken` where another
 * daemon lives.
 */
export async function openDaemon(request: DaemonRequest): Promise<{ kind: 'opened'; daemon: Daemon } | { kind: 'taken'; by: string }> {
  const office = describeOffice();
  const paths = townPaths(request.root);
  const updated = await updateStore({ clock: systemClock }, { path: paths.store, copyDir: paths.copies, lease: office });
  if (updated.kind === 'taken') return updated;
  const opened = await openDeps({ ...request, town: request.root, by: { actor: 'daemon' }, programs: findPrograms(request.env, process.argv[1]) });
  const lease = await takeLease(opened.store, office);
  if (lease.kind === 'taken') {
    await opened.store.close();
    return { kind: 'taken', by: lease.by };
  }
  const settings = liveSettings({ clock: systemClock, root: opened.root, first: opened.settings, tell: request.tell });
  const deps: Deps = { ...opened, settings, programs: installPrograms(opened) };
  installTownShims(deps);
  return { kind: 'opened', daemon: await takeOffice(deps, office, request.tell) };
}

/** Everything that a daemon has besides its lease; its pid file comes last, because whoever waits for it may go on then. */
async function takeOffice(deps: Deps, office: LeaseRequest, tell: (line: string) => void): Promise<Daemon> {
  const since = await lastSeq(deps.store.db);
  await deps.store.change({ actor: 'daemon', point: 'host.boot' }, async (tx, at) => ({ answer: undefined, events: await recordBootRow(tx, at, deps.host) }));
  const tmux = await openServer(deps, tell);
  const wakes = await listenForWakes(deps);
  const pidFile = makePidFile(daemonFiles(deps.paths.run).pid);
  pidFile.claim();
  const parts = { tmux, tell, wake: wakes.wake };
  // These go on under an emergency stop: who dies is recorded, who is stopped on purpose is ended, signals are read, and nobody is touched.
  const onDuty = [supervise(deps, parts), freeze(deps, tell), readSpool(deps), prune(deps, tell), keepTranscripts(deps, tell), paint(deps, parts)];
  const resting = [
    ready(deps),
    welcome(deps, parts),
    watch(deps, parts),
    deliver(deps, parts),
    findTranscripts(deps, tell),
    cycle(deps, tell),
    land(deps, tell),
    pushWip(deps, tell),
    ordered(deps, tell),
    receipts(deps, tell),
    retire(deps, tell),
    stalled(deps, tell),
  ];
  return {
    duties: [...onDuty, ...resting.map((duty) => restUnderEstop(deps, duty))].map((duty) => restWhereGone(deps, duty)),
    leaseMs: leaseTtlMs,
    onWake: wakes.onWake,
    renew: async () => {
      if (!existsSync(deps.paths.store)) {
        tell(`there is no town in "${deps.root}" any more`);
        return false;
      }
      const isHeld = (await takeLease(deps.store, { ...office, isGone: () => false })).kind === 'held';
      if (isHeld) pidFile.claim();
      return isHeld;
    },
    close: async () => {
      await wakes.close();
      pidFile.leave();
      await giveLease(deps.store, office);
      await tmux.close();
      if (await isWantedAgain(deps, since)) await spawnDaemon(deps);
      await deps.store.close();
    },
  };
}

async function openServer(deps: Deps, tell: (line: string) => void): Promise<Tmux> {
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass') });
  await getTmux(env);
  const tmux = openTmuxChannel({ clock: deps.clock, env, socketName: tmuxSocketName(deps.root) });
  const started = await ensureServer(tmux, { configPath: join(deps.root, 'tmux.conf') });
  if (started.kind === 'started' && started.configProblem !== undefined) tell(`tmux.conf: ${started.configProblem}`);
  return tmux;
}

/** Who the daemon is, for commands. One that was removed is written again; one of a successor is left alone. */
function makePidFile(path: string): { claim(): void; leave(): void } {
  const line = `${formatMark(known(markOf(process.pid), "the daemon's own process"))}\n`;
  const isOurs = () => existsSync(path) && readFileSync(path, 'utf8') === line;
  return {
    claim: () => {
      if (!isOurs()) writeFileAtomic(path, line);
    },
    leave: () => {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

/** An order that came while a stopped daemon ended what it had begun found it alive: it must not wait for the next command. */
async function isWantedAgain(deps: Deps, since: number): Promise<boolean> {
  const stops = await readEvents(deps.store.db, { after: since, types: ['daemon_unwanted'] });
  return stops.length > 0 && (await isDaemonWanted(deps));
}
