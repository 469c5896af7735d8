import { type AgentPlan, judgeState, listUngone, planAgent } from '#sessions';
import { listPanes, type Pane, type Tmux } from '#tmux';
import { type Agent, listAgentsForNow, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { MassDeathLook } from './look-for-mass-death.ts';
import { type Observe, readFacts, readPolicy } from './read-facts.ts';
import { holdAllButOne } from './rules.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What is to be done for an agent in one of the supervisor's rounds, and its pane as it was then. */
export interface Planned {
  readonly agent: Agent;
  readonly plan: AgentPlan;
  /** Its life has begun and is not primed yet. */
  readonly isBeginning: boolean;
  readonly pane: Pane | undefined;
}

/** What goes on from round to round, and how programs are looked at. */
export interface RoundLooks {
  readonly watch: Stopwatch;
  readonly massDeath: MassDeathLook;
  readonly observe?: Observe;
}

/** Looks before it believes (S2): one look at the panes, one at the rows, and a plan for each agent that has a life or should have one. */
export async function planRound(deps: Deps & { tmux: Tmux }, { watch, massDeath: look, observe }: RoundLooks): Promise<Planned[]> {
  // A person may have split an agent's pane: the one with a mark is the agent's.
  const listed = (await listPanes(deps.tmux)).sort((a, b) => Number(a.mark !== undefined) - Number(b.mark !== undefined));
  const panes = new Map(listed.map((pane) => [pane.session, pane]));
  const sessions = Map.groupBy(await listUngone(deps.store.db, deps.host.id), (session) => session.agent);
  const agents = (await listAgentsForNow(deps.store.db)).filter((agent) => sessions.has(agent.address) || isOurs(agent, deps.host.id));
  const massDeath = await look();
  const parts = { watch, observe, estop: await readEstop(deps.store.db) };
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
