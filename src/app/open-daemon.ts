import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { known, second } from '#base';
import { buildEnvironment, formatMark, hashOfPath, hostIdentity, isAlive, markOf, readMark, socketDir, systemClock, writeFileAtomic } from '#host';
import { giveLease, takeLease, updateStore } from '#store';
import { ensureServer, openTmuxChannel } from '#tmux';
import { townPaths } from '#town/model';
import type { Deps } from './deps.ts';
import { findPrograms } from './find-programs.ts';
import { installPrograms } from './install-programs.ts';
import { liveSettings } from './live-settings.ts';
import { openDeps } from './open-deps.ts';
import { daemonFiles } from './reach-daemon.ts';
import { cycleService } from './services/cycle.ts';
import { landingService } from './services/landing.ts';
import { retireService } from './services/retire.ts';
import type { Service } from './services/service.ts';
import { spoolService } from './services/spool.ts';
import { superviseService } from './services/supervise.ts';
import { tmuxSocketName } from './tmux.ts';

/** A daemon that holds its town: its services, and what keeps it in office. */
export interface Daemon {
  readonly services: readonly Service[];
  /** Calls back for every wake until the answer is called. */
  onWake(wake: () => void): () => void;
  /** Renews the lease; false when another daemon has it. */
  renew(): Promise<boolean>;
  close(): Promise<void>;
}

/** How long the lease holds without being renewed. The daemon of the same host that is proven dead loses it at once. */
const leaseTtlMs = 12 * second;
const leaseName = 'daemon';

/**
 * Opens the daemon of a town: its store (brought up to date where it is older, S6), its lease, its tmux server, its socket. `taken` where another
 * daemon lives.
 */
export async function openDaemon(request: {
  root: string;
  env: Deps['env'];
  cwd: string;
  tell: (line: string) => void;
}): Promise<{ kind: 'opened'; daemon: Daemon } | { kind: 'taken'; by: string }> {
  const own = known(markOf(process.pid), "the daemon's own process");
  const host = hostIdentity();
  const holder = `${host.id}:${formatMark(own)}`;
  const office = { name: leaseName, holder, ttlMs: leaseTtlMs, isGone: (other: string) => isDeadHere(other, host.id) };
  const paths = townPaths(request.root);
  const updated = await updateStore({ clock: systemClock }, { path: paths.store, copyDir: paths.copies, lease: office });
  if (updated.kind === 'taken') return updated;
  const opened = await openDeps({ ...request, town: request.root, by: { actor: 'daemon' }, programs: findPrograms(request.env, process.argv[1]) });
  const settings = liveSettings({ clock: systemClock, root: opened.root, first: opened.settings, tell: request.tell });
  const deps: Deps = { ...opened, settings, programs: installPrograms(opened) };
  const lease = await takeLease(deps.store, office);
  if (lease.kind === 'taken') {
    await deps.store.close();
    return { kind: 'taken', by: lease.by };
  }
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass') });
  const tmux = openTmuxChannel({ clock: deps.clock, env, socketName: tmuxSocketName(deps.root) });
  const started = await ensureServer(tmux, { configPath: join(deps.root, 'tmux.conf') });
  if (started.kind === 'started' && started.configProblem !== undefined) request.tell(`tmux.conf: ${started.configProblem}`);
  const wakes = new Set<() => void>();
  const wake = () => {
    for (const call of wakes) call();
  };
  const files = daemonFiles(deps.paths.run);
  const server = await listen(deps, wake);
  writeFileAtomic(files.pid, `${formatMark(own)}\n`);
  const parts = { tmux, tell: request.tell, wake };
  const services = [
    superviseService(deps, parts),
    cycleService(deps, request.tell),
    landingService(deps, request.tell),
    retireService(deps, request.tell),
    spoolService(deps),
  ];
  return {
    kind: 'opened',
    daemon: {
      services,
      onWake: (call) => {
        wakes.add(call);
        return () => wakes.delete(call);
      },
      renew: async () => (await takeLease(deps.store, { name: leaseName, holder, ttlMs: leaseTtlMs, isGone: () => false })).kind === 'held',
      close: async () => {
        await new Promise<void>((resolve) => server.close(() => resolve()));
        rmSync(files.pid, { force: true });
        await giveLease(deps.store, { name: leaseName, holder });
        await tmux.close();
        await deps.store.close();
      },
    },
  };
}

/** A holder of this host whose process is gone; of another host nobody here can say. */
function isDeadHere(holder: string, host: string): boolean {
  const mark = holder.startsWith(`${host}:`) ? readMark(holder.slice(host.length + 1)) : undefined;
  return mark !== undefined && !isAlive(mark);
}

/** The socket that commands wake the daemon through; its path is written down, for it depends on the environment (DESIGN.md section 19). */
async function listen(deps: Deps, wake: () => void): Promise<Server> {
  mkdirSync(deps.paths.run, { recursive: true, mode: 0o700 });
  const path = join(socketDir({ env: deps.env, uid: process.getuid?.() ?? 0 }, hashOfPath(deps.root)), 'daemon.sock');
  rmSync(path, { force: true });
  const server = createServer((client) => {
    client.on('data', wake);
    client.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  writeFileAtomic(daemonFiles(deps.paths.run).socket, `${path}\n`);
  return server;
}
