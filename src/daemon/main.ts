import { openDaemon } from '#app';
import { isFault, type Bug } from '#base';
import { systemClock } from '#host';
import { makeLog } from './log.ts';
import { runLoop } from './run-loop.ts';

/**
 * One daemon per town and host: `daemon.cjs <town>`. It holds the town's lease, runs the services until it is told to stop or loses the lease, and
 * lets what is under way come to its end. Killed at any moment it loses nothing: everything it does, it plans from rows and panes.
 */
async function main(): Promise<void> {
  const [root = ''] = process.argv.slice(2);
  const log = makeLog({ clock: systemClock, write: (text) => process.stdout.write(text) });
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  process.on('unhandledRejection', (reason) => {
    log('error', `a promise was left alone: ${describe(reason)}`);
    process.exitCode = 1;
    stop.abort('bug');
  });
  const opened = await openDaemon({ root, env: process.env, cwd: process.cwd(), tell: (line) => log('info', line) });
  if (opened.kind === 'taken') {
    log('info', `another daemon has this town: ${opened.by}`);
    return;
  }
  log('info', `daemon of ${root} started, pid ${process.pid}`);
  await runLoop(opened.daemon, { clock: systemClock, signal: stop.signal, log });
  await opened.daemon.close();
  log('info', `daemon stopped (${String(stop.signal.reason ?? 'lease lost')})`);
}

function describe(error: unknown): string {
  if (isFault(error)) return `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`;
  return error instanceof Error ? ((error as Bug).stack ?? error.message) : String(error);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${new Date().toISOString()} the daemon can't start: ${describe(error)}\n`);
    process.exit(1);
  },
);
