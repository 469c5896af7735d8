import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount, second } from '#base';
import { diskFreeMin } from '#dispatch/model';
import { diskFree } from '#host';
import { type AgentFacts, findSpentBudget, type Hold, isNewerOrder, type Observed, observeSession, readDeaths, type Session } from '#sessions';
import { findPane, type Pane, type Tmux } from '#tmux';
import type { Agent, Estop } from '#town';
import { readHook } from '#work';
import type { Deps } from '../deps.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What a round has looked at once for all agents, and of this one its pane and the sessions that are not gone. */
export interface FactsParts {
  readonly watch: Stopwatch;
  readonly estop: Estop | undefined;
  readonly pane: Pane | undefined;
  readonly sessions: readonly Session[];
  /** What runs for a session's row; this machine's processes tell where nothing is said. */
  readonly observe?: Observe | undefined;
}

/** Looks at the program of an agent's session, and at its pane as it was listed. */
export type Observe = (parts: Pick<Deps, 'clock' | 'host'> & { tmux: Tmux }, agent: Agent, session: Session, pane: Pane | undefined) => Promise<Observed>;

/** What the supervisor's rule is told of one agent. What only a start asks for is read only where one could be. */
export async function readFacts(deps: Deps & { tmux: Tmux }, agent: Agent, parts: FactsParts): Promise<AgentFacts> {
  const { pane, sessions, watch, estop } = parts;
  const { store } = deps;
  const session = sessions.find((one) => one.endedAt === undefined);
  const mayOpen = session === undefined && agent.desired === 'running';
  const deaths = mayOpen ? await readDeaths(store.db, agent.address, agent.resetAt) : [];
  const last = deaths.at(-1);
  const observed: Observed = session === undefined ? { kind: 'absent' } : await (parts.observe ?? observe)(deps, agent, session, pane);
  const { startOrder: order } = agent;
  const isOrdered = order.orderedAt !== undefined && (last === undefined || isNewerOrder(order, { id: last.session, endedAt: last.at }));
  return {
    desired: agent.desired,
    session,
    ungone: sessions.filter((one) => one.endedAt !== undefined),
    observed,
    hasWork: observed.kind === 'dead' && (await readHook(store.db, agent.address)).bead !== undefined,
    deaths,
    sinceDeathMs: last === undefined ? 0 : watch.elapsed(agent.address, last.at),
    order: isOrdered ? { by: order.sender ?? 'overseer', topic: order.topic ?? 'cold-start' } : undefined,
    hold:
      estop === undefined ? (mayOpen ? await findHold(deps, agent) : undefined) : { kind: 'estop', detail: `${estop.by} stopped the town: ${estop.reason}` },
  };
}

/** How often, and after how many ms each, a pane is looked at whose program has just ended, before its end counts as one that tmux missed. */
const looksMax = 10;
const lookMs = 50;

/** What runs for a session's row. A program that ended after the panes were listed is asked about again: then its pane tells how it ended. */
async function observe({ tmux, clock, host }: Parameters<Observe>[0], agent: Agent, session: Session, pane: Pane | undefined): Promise<Observed> {
  let seen = observeSession(session, pane, clock.now(), host.bootId);
  for (let n = 0; n < looksMax && isUntold(seen); n += 1) {
    await sleep(lookMs);
    seen = observeSession(session, (await findPane(tmux, agent.pane)) ?? pane, clock.now(), host.bootId);
  }
  return seen;
}

function isUntold(seen: Observed): boolean {
  return seen.kind === 'dead' && seen.evidence.exitCode === null && seen.evidence.signal === null;
}

/** The waits of R1 and R2 for an agent, as its rig says. */
export function readPolicy({ settings }: Deps, agent: Agent): { firstMs: number; maxMs: number; breaker: number } {
  const about = { rig: agent.rig };
  const breaker = settings.get('restart.breaker', about);
  return { firstMs: settings.get('restart.first_s', about) * second, maxMs: settings.get('restart.max_s', about) * second, breaker };
}

/** Nothing starts on a disk that is nearly full (DESIGN.md section 12). */
export function findFullDisk(root: string): Hold | undefined {
  const free = diskFree(root);
  return free < diskFreeMin ? { kind: 'disk', detail: `only ${formatCount(free)}B are free on the town's disk` } : undefined;
}

/** What keeps an agent from being started: the disk, or a budget that is spent (R3). */
export async function findHold({ store, settings, root }: Deps, agent: Agent): Promise<Hold | undefined> {
  const full = findFullDisk(root);
  if (full !== undefined) return full;
  const bead = (await store.db.selectFrom('beads').select('id').where('hooked_by', '=', agent.address).executeTakeFirst())?.id;
  const spent = await findSpentBudget(store.db, settings, { agent: agent.address, rig: agent.rig, bead, now: store.clock.now() });
  if (spent === undefined) return undefined;
  const whose = spent.kind === 'town' ? 'the town has' : `${spent.of} has`;
  return { kind: 'budget', detail: `${whose} had ${spent.count} sessions of ${spent.limit}${spent.kind === 'bead' ? '' : ' in a day'}` };
}
