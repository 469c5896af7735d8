import { minute, plural, second } from '#base';
import { pruneEvents } from '#store';
import type { Deps } from '../deps.ts';
import { krcPolicy } from '../krc-policy.ts';
import type { Duty } from './duty.ts';

/** Batches of one round: well under a second, so that a daemon that is told to stop does. */
const batchesMax = 10;
/** After a round that left some the next one follows soon, and others get their turn first. */
const moreMs = second;
/** The longest sleep, after which a changed `krc.interval_s` is followed; a look is one row. */
const lookMsMax = minute;

/** Prunes the journal once an interval (`krc prune --auto`) and tells what went. */
export function prune(deps: Deps, tell: (line: string) => void): Duty {
  return {
    name: 'prune',
    round: async () => {
      const policy = krcPolicy(deps.settings);
      const answer = await pruneEvents({ ...deps, by: { actor: 'daemon' } }, { policy, isAuto: true, batchesMax });
      if (answer.kind === 'not-due') return Math.min(lookMsMax, answer.dueAt - answer.at);
      if (answer.count > 0) tell(`the journal was pruned up to ${answer.horizon.seq}: ${plural(answer.count, 'event')}`);
      return answer.isAll ? Math.min(lookMsMax, policy.intervalMs) : moreMs;
    },
  };
}
