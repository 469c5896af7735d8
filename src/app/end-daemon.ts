import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, formatDuration, second } from '#base';
import { isAlive, type ProcessMark } from '#host';
import type { Deps } from './deps.ts';

/** What is under way is given this long to come to their end. */
const drainMsMax = 45 * second;

/** Tells a daemon to end, and waits until it has ended what it had begun. Fault `timeout`: the order stands. Sessions live on. */
export async function endDaemon({ clock }: Pick<Deps, 'clock'>, mark: ProcessMark): Promise<void> {
  if (isAlive(mark)) process.kill(mark.pid, 'SIGTERM');
  const deadline = clock.monotonic() + drainMsMax;
  while (isAlive(mark)) {
    if (clock.monotonic() > deadline)
      throw new Fault('timeout', `the daemon (pid ${mark.pid}) still ends what it has begun after ${formatDuration(drainMsMax)}; the order stands`, {
        hint: '`baton daemon status` shows whether it has gone',
      });
    await sleep(10);
  }
}
