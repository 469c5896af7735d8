import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type App, openApp } from '#app';
import { makeSource } from '#git/testing';
import { endProcesses, findProcessesByEnvironment, systemClock } from '#host';
import { openStore, type Store } from '#store';
import { townPaths } from '#town';

/** A town on its own, with the runbook runtime, a rig `app` of one commit, and the programs of `dist/`. */
export interface BenchTown {
  /** The folder around the town. */
  readonly dir: string;
  readonly root: string;
  readonly app: App;
  /** Open as long as the town is, as the daemon's is: the last one that closes a store of SQLite tidies its log away, which costs. */
  readonly store: Store;
  /** The environment of a person in this town, without their own settings. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes a town, measures in it, and takes it away with all that runs in it, whatever happens. What is left then is a failure. */
export async function inTown(measure: (town: BenchTown) => Promise<void>): Promise<void> {
  const dir = realpathSync(mkdtempSync('/tmp/bb-'));
  let town: BenchTown | undefined;
  const remove = once(() => takeDown(dir, town));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => void remove().finally(() => process.exit(130)));
  try {
    town = await makeTown(dir);
    await measure(town);
  } finally {
    await remove();
  }
}

async function makeTown(dir: string): Promise<BenchTown> {
  const root = join(dir, 'town');
  const dist = process.env.BATON_TEST_DIST ?? join(import.meta.dirname, '..', 'dist');
  const env = environmentIn(dir, dist);
  const outside = await openApp({ env, cwd: dir }, 'none');
  await outside.outside.createTown(root);
  const first = await openApp({ env, cwd: dir, town: root }, 'town');
  for (const key of ['default_agent', 'polecat_agent']) await first.config.set({ key, value: 'runbook' });
  await first.rigs.add({ name: 'app', source: makeSource(join(dir, 'source')) });
  await first.close();
  const app = await openApp({ env, cwd: dir, town: root }, 'town');
  return { dir, root, app, store: await openStore({ clock: systemClock }, townPaths(root).store), env };
}

/** Makes folders for a home and for sockets in a folder; answers the environment of a person who has these, and nothing else of ours. */
export function environmentIn(dir: string, dist: string): Record<string, string> {
  for (const name of ['home', 'sockets', 'temp']) mkdirSync(join(dir, name), { mode: 0o700 });
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: join(dir, 'home'),
    LANG: 'C.UTF-8',
    TMPDIR: join(dir, 'temp'),
    TMUX_TMPDIR: join(dir, 'sockets'),
    XDG_RUNTIME_DIR: join(dir, 'sockets'),
    BATON_TEST_DIST: dist,
  };
}

async function takeDown(dir: string, town: BenchTown | undefined): Promise<void> {
  try {
    await town?.app.town.down();
    await town?.app.close();
    await town?.store.close();
  } finally {
    const left = findProcessesByEnvironment({ HOME: join(dir, 'home') });
    await endProcesses({ clock: systemClock }, left, { interruptMs: 0, termMs: 0, killMs: 2000 });
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    if (left.length > 0) {
      console.error(`the town left processes, which are ended now: ${left.map(({ pid }) => pid).join(', ')}`);
      process.exitCode = 1;
    }
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
