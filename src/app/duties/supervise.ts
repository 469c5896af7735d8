import { describeError, second } from '#base';
import { type AgentFacts, type AgentPlan, listUngone, type Observed, observeSession, planAgent, readDeaths, type Session } from '#sessions';
import { listPanes, type Pane, type Tmux } from '#tmux';
import { type Agent, listAgents } from '#town';
import { readHook } from '#work';
import type { Deps } from '../deps.ts';
import { carryOut } from './carry-out.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

/** How often the panes are looked at: a death is noticed within 2 s (DESIGN.md section 18). */
const roundMs = second;
/** Starts and ends under way at once; each is mostly waiting, and tmux takes its commands one by one. */
const busyMax = 8;

/**
 * Keeps every agent of this host as it is wanted: sees who died, ends what is over, starts what should run (R1, L3, H2 replace). Each agent has
 * at most one thing done to it at a time, so a slow start holds up nobody else.
 */
export function supervise(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void; wake: () => void }): Duty {
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  const act = async (agent: Agent, plan: AgentPlan, pane: Pane | undefined) => {
    try {
      await carryOut({ ...deps, tmux: parts.tmux, by: { actor: 'daemon' }, tell: parts.tell }, { agent, plan, pane });
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
      for (const { agent, plan, pane } of await planRound(deps, parts.tmux)) {
        if (plan.kind === 'wait') next = Math.min(next, Math.max(50, plan.untilAt - deps.clock.now()));
        if (plan.kind === 'nothing' || plan.kind === 'wait' || rests.isResting(agent.address)) continue;
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
  readonly pane: Pane | undefined;
}

/** Looks before it believes (S2): one look at the panes, one at the rows, and a plan for each agent that has a life or should have one. */
async function planRound(deps: Deps, tmux: Tmux): Promise<Planned[]> {
  // A person may have split an agent's pane: the one with a mark is the agent's.
  const listed = (await listPanes(tmux)).sort((a, b) => Number(a.mark !== undefined) - Number(b.mark !== undefined));
  const panes = new Map(listed.map((pane) => [pane.session, pane]));
  const sessions = Map.groupBy(await listUngone(deps.store.db, deps.host.id), (session) => session.agent);
  const agents = (await listAgents(deps.store.db)).filter((agent) => sessions.has(agent.address) || isOurs(agent, deps.host.id));
  const planned: Planned[] = [];
  for (const agent of agents) {
    const pane = panes.get(agent.pane);
    const facts = await readFacts(deps, agent, sessions.get(agent.address) ?? [], pane);
    planned.push({ agent, pane, plan: planAgent(facts, deps.clock.now(), readPolicy(deps, agent), fractionOf(agent.address)) });
  }
  return planned;
}

function isOurs(agent: Agent, host: string): boolean {
  return agent.desired === 'running' && (agent.host === null || agent.host === host);
}

async function readFacts({ store, clock, host }: Deps, agent: Agent, sessions: readonly Session[], pane: Pane | undefined): Promise<AgentFacts> {
  const session = sessions.find((one) => one.endedAt === undefined);
  const deaths = session === undefined && agent.desired === 'running' ? await readDeaths(store.db, agent.address) : [];
  const observed: Observed = session === undefined ? { kind: 'absent' } : observeSession(session, pane, clock.now(), host.bootId);
  return {
    desired: agent.desired,
    session,
    ungone: sessions.filter((one) => one.endedAt !== undefined),
    observed,
    hasWork: observed.kind === 'dead' && (await readHook(store.db, agent.address)).bead !== undefined,
    deaths,
    isOrderedSinceDeath: (agent.startOrder.orderedAt ?? 0) > (deaths.at(-1)?.at ?? 0),
  };
}

function readPolicy({ settings }: Deps, agent: Agent): { firstMs: number; maxMs: number } {
  const about = { rig: agent.rig };
  return { firstMs: settings.get('restart.first_s', about) * second, maxMs: settings.get('restart.max_s', about) * second };
}

/** The jitter of an agent: its own and always the same, so that a wait does not move from round to round. */
function fractionOf(address: string): number {
  let hash = 0;
  for (const character of address) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1000;
  return hash / 1000;
}
