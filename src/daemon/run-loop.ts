import { type Clock, isFault, second } from '#base';
import type { Daemon, Service } from '#app';
import type { Log } from './log.ts';
import { judgeJump } from './rules.ts';

interface Parts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A service that fails is tried again after this, so that a full disk does not fill the log too. */
const failedMs = 5 * second;
/** The lease is renewed this often; it is held for four times as long. */
export const leaseMs = 3 * second;

/** Runs every service on its own beat until told to stop or the lease is lost, then drains them. */
export async function runLoop(daemon: Daemon, parts: Parts): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  parts.signal.addEventListener('abort', stop, { once: true });
  if (parts.signal.aborted) stop();
  const beats = daemon.services.map((service) => makeBeat(service, parts, end.signal));
  const unwatch = daemon.onWake(() => {
    for (const beat of beats) beat.wake();
  });
  await Promise.all([...beats.map((beat) => beat.run()), keepLease(daemon, parts, end)]);
  unwatch();
  await Promise.all(daemon.services.map((service) => service.drain?.()));
}

/** A service on its beat: it sleeps as long as its last round asked for, or until it is waked. A wake during a round is a round after it. */
function makeBeat(service: Service, { clock, log }: Parts, end: AbortSignal): { run(): Promise<void>; wake(): void } {
  const sleeper = makeSleeper(end);
  let told = '';
  const round = async (): Promise<number> => {
    try {
      const wait = await service.round();
      told = '';
      return wait;
    } catch (error) {
      const text = isFault(error) ? `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}` : error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (text !== told) log('error', `${service.name}: ${text}`);
      told = text;
      return failedMs;
    }
  };
  return {
    wake: sleeper.wake,
    run: async () => {
      let last = { wall: clock.now(), steady: clock.monotonic() };
      while (!end.aborted) {
        const wait = await round();
        await sleeper.sleep(wait);
        const seen = { wall: clock.now(), steady: clock.monotonic() };
        // After a jump of the wall clock every age is wrong for a moment: one round is left out (S10).
        if (judgeJump(last, seen)) {
          log('info', `${service.name}: the clock jumped; one round is left out`);
          await sleeper.sleep(second);
          last = { wall: clock.now(), steady: clock.monotonic() };
        } else last = seen;
      }
    },
  };
}

async function keepLease(daemon: Daemon, { log }: Parts, end: AbortController): Promise<void> {
  const sleeper = makeSleeper(end.signal);
  for (;;) {
    await sleeper.sleep(leaseMs);
    if (end.signal.aborted) return;
    try {
      if (await daemon.renew()) continue;
      log('error', 'the lease was lost: another daemon has this town');
    } catch (error) {
      // A store that does not answer is no lost lease; when it stays away, the lease ends by itself and the next renewal says so.
      log('error', `the lease could not be renewed: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    end.abort();
    return;
  }
}

/** A sleep that a wake or the end cuts short. A wake while nobody sleeps cuts the next sleep. */
function makeSleeper(end: AbortSignal): { sleep(ms: number): Promise<void>; wake(): void } {
  let isWaked = false;
  let rouse = () => {};
  const wake = () => {
    isWaked = true;
    rouse();
  };
  end.addEventListener('abort', wake, { once: true });
  return {
    wake,
    sleep: async (ms) => {
      if (!isWaked && !end.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        rouse = resolve;
        await promise;
        clearTimeout(timer);
        rouse = () => {};
      }
      isWaked = false;
    },
  };
}
