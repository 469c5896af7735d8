import type { Daemon, Duty } from '#app';
import { type Clock, describeError, second } from '#base';
import { keepLease, type Office } from './keep-lease.ts';
import type { Log } from './make-log.ts';
import { makeSleeper, type Sleeper } from './make-sleeper.ts';
import { type ClockLook, judgeJump } from './rules.ts';

interface Parts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A duty that fails is tried again after this, so that a full disk does not fill the log too. */
const failedMs = 5 * second;
/** After a jump of the clock, and while it is not sure whose the town is, a round is left out for so long. */
const pauseMs = second;

/** Does every duty on its own beat until told to stop or the lease is lost, then lets what is under way come to its end. Answers which it was. */
export async function runLoop(daemon: Daemon, parts: Parts): Promise<'stopped' | 'lost'> {
  const end = new AbortController();
  const stop = () => end.abort();
  parts.signal.addEventListener('abort', stop, { once: true });
  if (parts.signal.aborted) stop();
  const office = keepLease(daemon, { ...parts, sleeper: makeSleeper(end.signal) });
  const beats = daemon.duties.map((duty) => makeBeat(duty, { ...parts, office, sleeper: makeSleeper(end.signal) }));
  const unwatch = daemon.onWake(() => {
    for (const beat of beats) beat.wake();
  });
  const kept = office.keep(end.signal).finally(stop);
  await Promise.all(beats.map((beat) => beat.run(end.signal)));
  unwatch();
  await Promise.all(daemon.duties.map((duty) => duty.drain?.()));
  return (await kept) === 'lost' ? 'lost' : 'stopped';
}

/** A duty on its beat: it sleeps as long as its last round asked for, or until it is waked. A wake during a round is a round after it. */
function makeBeat(
  duty: Duty,
  { clock, log, office, sleeper }: Parts & { office: Office; sleeper: Sleeper },
): { run(end: AbortSignal): Promise<void>; wake(): void } {
  const round = makeRound(duty, log);
  return {
    wake: sleeper.wake,
    run: async (end) => {
      let last = look(clock);
      while (!end.aborted) {
        const seen = look(clock);
        // After a jump of the wall clock every age is wrong for a moment (S10).
        const hasJumped = judgeJump(last, seen);
        if (hasJumped) log('info', `${duty.name}: the clock jumped; one round is left out`);
        last = seen;
        await sleeper.sleep(hasJumped || !office.isHeld() ? pauseMs : await round());
      }
    },
  };
}

function look(clock: Clock): ClockLook {
  return { wall: clock.now(), steady: clock.monotonic() };
}

/** A round that never throws; the same failure is told once until a round goes well. */
function makeRound(duty: Duty, log: Log): () => Promise<number> {
  let told = '';
  return async () => {
    try {
      const waitMs = await duty.round();
      told = '';
      return waitMs;
    } catch (error) {
      const text = describeError(error);
      if (text !== told) log('error', `${duty.name}: ${text}`);
      told = text;
      return failedMs;
    }
  };
}
