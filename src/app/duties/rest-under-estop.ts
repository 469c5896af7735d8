import { second } from '#base';
import { readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';

const roundMs = second;

/**
 * A duty that does nothing while an emergency stop stands: what it has set going is cut off once (`rest`), and its rounds are left out. What a stopped
 * town still does is named where the daemon's duties are put together.
 */
export function restUnderEstop({ store }: Pick<Deps, 'store'>, duty: Duty): Duty {
  let isResting = false;
  return {
    ...duty,
    round: async () => {
      const isStopped = (await readEstop(store.db)) !== undefined;
      if (isStopped && !isResting) await duty.rest?.();
      isResting = isStopped;
      return isStopped ? roundMs : duty.round();
    },
  };
}
