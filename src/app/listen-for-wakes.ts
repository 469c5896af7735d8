import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { hashOfPath, markOf, socketDir, writeFileAtomic } from '#host';
import type { Deps } from './deps.ts';
import { daemonFiles } from './reach-daemon.ts';

/** Calls for a daemon to look now: `onWake` calls back for each until its answer is called. */
export interface Wakes {
  onWake(wake: () => void): () => void;
  /** A wake from within. */
  wake(): void;
  close(): Promise<void>;
}

/**
 * The socket that commands wake the daemon through. Its path depends on the environment (DESIGN.md section 19), so it is written down; its name holds
 * the pid, because a daemon that goes removes its socket, and must not remove its successor's.
 */
export async function listenForWakes({ env, root, paths }: Pick<Deps, 'env' | 'root' | 'paths'>): Promise<Wakes> {
  const calls = new Set<() => void>();
  const wake = () => {
    for (const call of calls) call();
  };
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  const folder = socketDir({ env, uid: process.getuid?.() ?? 0 }, hashOfPath(root));
  sweep(folder);
  const path = join(folder, `daemon-${process.pid}.sock`);
  const server = await listen(path, wake);
  writeFileAtomic(daemonFiles(paths.run).socket, `${path}\n`);
  return {
    wake,
    onWake: (call) => {
      calls.add(call);
      return () => void calls.delete(call);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Sockets of daemons that were killed. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^daemon-(\d+)\.sock$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || markOf(Number(pid)) === undefined)) rmSync(join(folder, name), { force: true });
  }
}

async function listen(path: string, wake: () => void): Promise<Server> {
  const server = createServer((client) => {
    client.on('data', wake);
    client.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return server;
}
