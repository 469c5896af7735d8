import { second } from '#base';
import { retirePolecats, takeBackAbandoned } from '#dispatch';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';

const roundMs = 3 * second;

/** Gives back what polecats no longer need: worktrees and names of assignments that are over, and what killed slings left. What holds one is told once. */
export function retire(deps: Deps, tell: (line: string) => void): Duty {
  const parts = { ...deps, by: { actor: 'daemon' } };
  let told = new Map<string, string>();
  return {
    name: 'retire',
    round: async () => {
      for (const address of await takeBackAbandoned(parts)) tell(`${address}: taken back, its sling was killed`);
      const held = new Map<string, string>();
      for (const answer of await retirePolecats(parts)) {
        if (answer.kind === 'retired') tell(`${answer.agent}: retired`);
        else held.set(answer.agent, answer.fault.message);
      }
      for (const [agent, why] of held) if (told.get(agent) !== why) tell(`${agent}: its worktree stays for now: ${why}`);
      told = held;
      return roundMs;
    },
  };
}
