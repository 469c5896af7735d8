import { describeError, second } from '#base';
import { carryReceipt } from '#handoff';
import { listUnreceived, readMassDeath } from '#sessions';
import { readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';
import { makeStopwatch } from './stopwatch.ts';

const roundMs = 5 * second;

/** Sees that what a session left is taken up: a successor with which no turn begins is nudged, restarted, and told of to a person (H7). Rests where the watch does. */
export function receipts(deps: Deps, tell: (line: string) => void): Duty {
  const parts = { ...deps, by: { actor: 'daemon' } };
  const rests = makeRests(deps);
  const stopwatch = makeStopwatch(deps);
  return {
    name: 'receipts',
    round: async () => {
      if ((await readEstop(deps.store.db)) !== undefined || (await readMassDeath(deps.store.db)) !== undefined) return roundMs;
      const waiting = await listUnreceived(deps.store.db);
      stopwatch.keep(new Set(waiting.map(({ agent }) => agent)));
      for (const ends of waiting) {
        if (rests.isResting(ends.agent)) continue;
        try {
          const what = await carryReceipt(parts, ends, { host: deps.host.id, elapsed: stopwatch.elapsed });
          rests.clear(ends.agent);
          if (what !== 'nothing') tell(`${ends.agent}: ${what}, because no turn began with ${ends.handoff}`);
        } catch (error) {
          rests.rest(ends.agent);
          tell(`${ends.agent}: its receipt could not be looked after: ${describeError(error)}`);
        }
      }
      return roundMs;
    },
  };
}
