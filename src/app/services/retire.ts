import { second } from '#base';
import { retirePolecats, takeBackAbandoned } from '#dispatch';
import type { Deps } from '../deps.ts';
import type { Service } from './service.ts';

const roundMs = 3 * second;

/** Gives back what polecats no longer need: worktrees and names of assignments that are over, and what killed slings left. */
export function retireService(deps: Deps, tell: (line: string) => void): Service {
  const parts = { ...deps, by: { actor: 'daemon' } };
  return {
    name: 'retire',
    round: async () => {
      for (const address of await takeBackAbandoned(parts)) tell(`${address}: taken back, its sling was killed`);
      for (const address of await retirePolecats(parts)) tell(`${address}: retired`);
      return roundMs;
    },
  };
}
