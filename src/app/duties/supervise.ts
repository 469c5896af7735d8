import { describeError, second } from '#base';
import type { AgentPlan } from '#sessions';
import type { Pane, Tmux } from '#tmux';
import type { Agent } from '#town';
import type { Deps } from '../deps.ts';
import { carryOut } from './carry-out.ts';
import type { Duty } from './duty.ts';
import { makeMassDeathLook } from './look-for-mass-death.ts';
import { planRound } from './plan-round.ts';
import { makeRests } from './rests.ts';
import { makeStopwatch } from './stopwatch.ts';
import { tellOutage } from './tell-outage.ts';

/** How often the panes are looked at: a death is noticed within 2 s (DESIGN.md section 18). */
const roundMs = second;
/** Starts and ends under way at once; each is mostly waiting, and tmux takes its commands one by one. */
const busyMax = 8;

/**
 * Keeps every agent of this host as it is wanted: sees who died, ends what is over, starts what should run (R1, L3, H2 replace). Each agent has
 * at most one thing done to it at a time, so a slow start holds up nobody else. After a mass death they come back one by one (V2).
 */
export function supervise(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void; wake: () => void }): Duty {
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  const daemon = { ...deps, tmux: parts.tmux, by: { actor: 'daemon' }, tell: parts.tell };
  const looks = { watch: makeStopwatch(deps), massDeath: makeMassDeathLook(deps) };
  const act = async (agent: Agent, plan: AgentPlan, pane: Pane | undefined) => {
    try {
      await carryOut(daemon, { agent, plan, pane });
      rests.clear(agent.address);
    } catch (error) {
      rests.rest(agent.address);
      parts.tell(`${agent.address}: ${plan.kind} failed: ${describeError(error)}`);
    } finally {
      busy.delete(agent.address);
      parts.wake();
    }
  };
  return {
    name: 'supervise',
    round: async () => {
      let next = roundMs;
      // Whoever something is done to while the facts are read may have changed since.
      const before = new Set(busy.keys());
      const planned = await planRound(daemon, looks);
      for (const { agent, plan, pane } of planned) {
        if (plan.kind === 'wait') next = Math.min(next, Math.max(50, plan.untilAt - deps.clock.now()));
        if (plan.kind === 'wait' || plan.kind === 'held') await tellOutage(daemon, { agent, plan });
        if (plan.kind === 'nothing' || plan.kind === 'wait' || plan.kind === 'held' || rests.isResting(agent.address)) continue;
        if (before.has(agent.address) || busy.size >= busyMax) continue;
        busy.set(agent.address, act(agent, plan, pane));
      }
      return next;
    },
    drain: async () => {
      await Promise.allSettled(busy.values());
    },
  };
}
