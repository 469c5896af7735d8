import { writeSync } from 'node:fs';
import { openDaemon, takenExit, updateStoreOnly, updateWord } from '#app';
import { describeError } from '#base';
import { systemClock } from '#host';
import { type Log, makeLog } from './make-log.ts';
import { runLoop } from './run-loop.ts';

/**
 * One daemon per town and host: `daemon.cjs <town>`. It holds the town's lease, does its duties until it is told to stop or loses the lease, and
 * lets what is under way come to its end. With `--update` it only brings the store up to date. Killed at any moment it loses nothing: everything it does, it plans from rows and panes.
 */
async function main(log: Log): Promise<void> {
  const [root = '', word] = process.argv.slice(2);
  if (word === updateWord) {
    process.exitCode = (await updateStoreOnly(root)) === 'taken' ? takenExit : 0;
    return;
  }
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  process.on('unhandledRejection', (reason) => {
    log('error', `a promise was left alone: ${describeError(reason)}`);
    process.exitCode = 1;
    stop.abort('a bug');
  });
  const opened = await openDaemon({ root, env: process.env, cwd: process.cwd(), tell: (line) => log('info', line) });
  if (opened.kind === 'taken') {
    log('info', `another daemon has this town: ${opened.by}`);
    return;
  }
  log('info', `daemon of ${root} started, pid ${process.pid}`);
  const end = await runLoop(opened.daemon, { clock: systemClock, signal: stop.signal, log });
  await opened.daemon.close();
  log('info', `daemon stopped (${end === 'lost' ? 'lease lost' : String(stop.signal.reason)})`);
}

const log = makeLog({ clock: systemClock, write });

main(log).then(
  () => process.exit(),
  (error: unknown) => {
    log('error', `the daemon can't go on: ${describeError(error)}`);
    process.exit(1);
  },
);

/** A line that can't be written, as on a full disk, is lost: that is no reason to leave the town. */
function write(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // There is nowhere else to tell it.
  }
}
