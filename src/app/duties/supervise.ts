import { describeError, second } from '#base';
import { type AgentPlan, judgeState, listUngone, planAgent } from '#sessions';
import { listPanes, type Pane, type Tmux } from '#tmux';
import { type Agent, listAgentsForNow, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import { carryOut } from './carry-out.ts';
import type { Duty } from './duty.ts';
import { type MassDeathLook, makeMassDeathLook } from './look-for-mass-death.ts';
import { readFacts, readPolicy } from './read-facts.ts';
import { makeRests } from './rests.ts';
import { holdAllButOne } from './rules.ts';
import { makeStopwatch, type Stopwatch } from './stopwatch.ts';
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
  const told = new Set<string>();
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
        if (plan.kind === 'wait' || plan.kind === 'held') await tellOutage(daemon, { agent, plan, told });
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

interface Planned {
  readonly agent: Agent;
  readonly plan: AgentPlan;
  /** Its life has begun and is not primed yet. */
  readonly isBeginning: boolean;
  readonly pane: Pane | undefined;
}

/** Looks before it believes (S2): one look at the panes, one at the rows, and a plan for each agent that has a life or should have one. */
async function planRound(deps: Deps & { tmux: Tmux }, { watch, massDeath: look }: { watch: Stopwatch; massDeath: MassDeathLook }): Promise<Planned[]> {
  // A person may have split an agent's pane: the one with a mark is the agent's.
  const listed = (await listPanes(deps.tmux)).sort((a, b) => Number(a.mark !== undefined) - Number(b.mark !== undefined));
  const panes = new Map(listed.map((pane) => [pane.session, pane]));
  const sessions = Map.groupBy(await listUngone(deps.store.db, deps.host.id), (session) => session.agent);
  const agents = (await listAgentsForNow(deps.store.db)).filter((agent) => sessions.has(agent.address) || isOurs(agent, deps.host.id));
  const massDeath = await look();
  const parts = { watch, estop: await readEstop(deps.store.db) };
  const planned: Planned[] = [];
  for (const agent of agents) {
    const pane = panes.get(agent.pane);
    const facts = await readFacts(deps, agent, { ...parts, pane, sessions: sessions.get(agent.address) ?? [] });
    const isBeginning = facts.session !== undefined && ['starting', 'priming'].includes(judgeState(facts.session));
    planned.push({ agent, pane, isBeginning, plan: planAgent(facts, deps.clock.now(), readPolicy(deps, agent), fractionOf(agent.address)) });
  }
  watch.keep(new Set(agents.map(({ address }) => address)));
  return massDeath === undefined ? planned : holdAllButOne(planned, massDeath);
}

function isOurs(agent: Agent, host: string): boolean {
  return agent.desired === 'running' && (agent.host === null || agent.host === host);
}

/** The jitter of an agent: its own and always the same, so that a wait does not move from round to round. */
function fractionOf(address: string): number {
  let hash = 0;
  for (const character of address) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1000;
  return hash / 1000;
}
