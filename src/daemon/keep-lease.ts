import type { Daemon } from '#app';
import { type Clock, describeError } from '#base';
import type { Log } from './make-log.ts';
import type { Sleeper } from './make-sleeper.ts';

/** Whether the town is ours for sure: by the steady clock, from what the last renewal promised. */
export interface Office {
  isHeld(): boolean;
  /** Renews until the end, or until another daemon has the town; answers whether that was it. */
  keep(end: AbortSignal): Promise<'ended' | 'lost'>;
}

/** The lease is renewed four times in its length. */
const renewalsPerLease = 4;

/**
 * Keeps the lease of a daemon that has just taken it. A store that does not answer is no lost lease; but when no renewal went well for as long as
 * the lease holds, as on a frozen machine, another daemon may have the town, and nothing may be done until a renewal says who has it.
 */
export function keepLease(daemon: Pick<Daemon, 'renew' | 'leaseMs'>, { clock, log, sleeper }: { clock: Clock; log: Log; sleeper: Sleeper }): Office {
  let heldUntil = clock.monotonic() + daemon.leaseMs;
  let told = '';
  const renew = async (): Promise<boolean> => {
    const askedAt = clock.monotonic();
    try {
      if (!(await daemon.renew())) return false;
      heldUntil = askedAt + daemon.leaseMs;
      told = '';
    } catch (error) {
      const text = `the lease could not be renewed: ${describeError(error)}`;
      if (text !== told) log('error', text);
      told = text;
    }
    return true;
  };
  return {
    isHeld: () => clock.monotonic() < heldUntil,
    keep: async (end) => {
      for (;;) {
        await sleeper.sleep(daemon.leaseMs / renewalsPerLease);
        if (end.aborted) return 'ended';
        if (await renew()) continue;
        log('error', 'the lease was lost: another daemon has this town');
        return 'lost';
      }
    },
  };
}
