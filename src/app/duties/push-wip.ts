import { describeError, isFault, second } from '#base';
import { listUnpushedWip, recordWipPushed, type UnpushedWip } from '#sessions';
import { publishBranch } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

const roundMs = 5 * second;

/**
 * Pushes the branches whose uncommitted work Baton committed before a cycle, where the rig's `publish` allows branches: after the handoff, which waits
 * for none of it (H2). A source that can't be reached, or that has something else there, is tried again ever more rarely, and told once.
 */
export function pushWip(deps: Pick<Deps, 'store' | 'git' | 'settings' | 'root' | 'clock'>, tell: (line: string) => void): Duty {
  const rests = makeRests(deps);
  const told = new Map<string, string>();
  const tellOnce = (key: string, line: string) => {
    if (told.get(key) !== line) tell(line);
    told.set(key, line);
  };
  const push = async (wip: UnpushedWip) => {
    const key = `${wip.rig} ${wip.branch}`;
    const failed = (why: string) => {
      rests.rest(key);
      tellOnce(key, `${wip.agent}: its branch ${wip.branch} is not pushed: ${why}`);
    };
    try {
      const outcome = await publishBranch(deps, wip);
      if (outcome.kind === 'pushed' || outcome.kind === 'current') await recordWipPushed(deps, wip, 'pushed');
      else failed('reason' in outcome ? outcome.reason : 'the rig has no source');
    } catch (error) {
      // Landed and retired meanwhile: the branch is gone, and its work is on the target.
      if (isFault(error, 'not-found')) await recordWipPushed(deps, wip, 'gone');
      else failed(describeError(error));
    }
  };
  return {
    name: 'push-wip',
    round: async () => {
      for (const wip of await listUnpushedWip(deps.store.db)) {
        const isAllowed = deps.settings.get('publish', { rig: wip.rig }) !== 'none';
        if (isAllowed && !rests.isResting(`${wip.rig} ${wip.branch}`)) await push(wip);
      }
      return roundMs;
    },
  };
}
