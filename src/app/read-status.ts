import { isFault } from '#base';
import type { Meter } from '#context';
import { chooseRuntime, type RuntimeChoice } from '#dispatch';
import { isAlive } from '#host';
import { listEscalations } from '#mail';
import { readSessionMeter } from '#prime';
import { judgeState, listSessions, readFrozen, type Session, type SessionState } from '#sessions';
import { type Agent, type Estop, listAgentsForNow, listRigs, readEstop } from '#town';
import type { RigState } from '#town/model';
import { readSpendings, type Spending } from '#usage';
import { readHook } from '#work';
import { countSteps, type Hook, judgeCurrent } from '#work/model';
import type { Deps } from './deps.ts';
import { planFor } from './explain.ts';
import { describePlan } from './explain-now.ts';
import { type Last, readLast } from './read-last.ts';
import { type DaemonState, readDaemonState } from './verbs/daemon.ts';

/** One agent as people see it, judged now (S2). */
export interface AgentStatus {
  readonly agent: string;
  readonly role: Agent['role'];
  readonly rig: string | null;
  /** For now: who is of a rig that is parked or docked counts as parked. */
  readonly desired: Agent['desired'];
  readonly state: SessionState | 'frozen' | 'stopped' | 'parked' | 'waiting-to-start' | 'unknown';
  readonly session: string | undefined;
  readonly generation: number | undefined;
  readonly pid: number | undefined;
  readonly runtime: string | undefined;
  /** The runtime that its next start would take, and what names it (L1). */
  readonly choice: RuntimeChoice;
  readonly bead: string | undefined;
  readonly title: string | undefined;
  readonly step: { readonly id: string; readonly position: number } | undefined;
  readonly stepsDone: number | undefined;
  /** Why nobody can go on with what hangs there: a step that failed, or what the bead waits for. */
  readonly blocked: string | undefined;
  readonly stepCount: number | undefined;
  /** How full its session's context is (C1); undefined while no transcript is known, or none that can be read. */
  readonly context: Meter | undefined;
  /** What its session spent by now, as the daemon recorded it (C8). */
  readonly spent: Spending | undefined;
  readonly progressAt: number | undefined;
  readonly pane: string;
  readonly last: Last | undefined;
  /** What is in its way: by kind (`breaker`, `reset`, `login`, `budget`, `waiting`, …) and in words. */
  readonly waits: { readonly kind: string; readonly text: string } | undefined;
}

/** A town as people see it. */
export interface TownStatus {
  readonly root: string;
  /** The emergency stop that stands. */
  readonly estop: Estop | undefined;
  readonly daemon: DaemonState;
  readonly rigs: readonly { readonly name: string; readonly prefix: string; readonly target: string; readonly state: RigState }[];
  readonly agents: readonly AgentStatus[];
  readonly escalations: Awaited<ReturnType<typeof listEscalations>>;
  readonly at: number;
}

/** Reads the whole town: who runs, what hangs on hooks, what needs a person. A pure read. */
export async function readStatus(deps: Deps): Promise<TownStatus> {
  const { db } = deps.store;
  const rigs = (await listRigs(db)).map(({ name, prefix, target, state }) => ({ name, prefix, target, state }));
  const agents = await readAgentStatuses(deps);
  return {
    root: deps.root,
    estop: await readEstop(db),
    daemon: await readDaemonState(deps),
    rigs,
    agents,
    escalations: await listEscalations(db, {}),
    at: deps.clock.now(),
  };
}

/** The agents of a town or rig; the person is none that could run. */
export async function readAgentStatuses(deps: Deps, query: { rig?: string | undefined } = {}): Promise<AgentStatus[]> {
  const { db } = deps.store;
  const agents = (await listAgentsForNow(db, query.rig === undefined ? {} : { rig: query.rig })).filter((agent) => agent.role !== 'overseer');
  const live = new Map((await listSessions(db, { isUnended: true })).map((session) => [session.agent, session]));
  const frozen = new Set((await readFrozen(db)).map(({ session }) => session));
  const spent = await readSpendings(
    db,
    [...live.values()].map(({ id }) => id),
  );
  const statuses = await Promise.all(agents.map((agent) => readAgentStatus(deps, agent, live.get(agent.address), spent)));
  return statuses.map((status) =>
    status.session !== undefined && frozen.has(status.session) && status.state !== 'unknown' ? { ...status, state: 'frozen' } : status,
  );
}

async function readAgentStatus(deps: Deps, agent: Agent, session: Session | undefined, spent: ReadonlyMap<string, Spending>): Promise<AgentStatus> {
  const { db } = deps.store;
  const hook = await readHook(db, agent.address);
  const last = await readLast(db, agent.address, session);
  const count = hook.molecule === undefined ? undefined : countSteps(hook.molecule);
  return {
    agent: agent.address,
    role: agent.role,
    rig: agent.rig,
    desired: agent.desired,
    state: judgeAgentState(agent, session, deps.host.id),
    session: session?.id,
    generation: session?.generation,
    pid: session?.process?.pid,
    runtime: session?.runtime,
    choice: chooseRuntime(deps.settings, agent, undefined),
    bead: hook.bead?.id,
    title: hook.bead?.title,
    step: hook.step === undefined ? undefined : { id: hook.step.id, position: hook.step.position },
    stepsDone: count?.done,
    blocked: readBlock(hook),
    stepCount: count?.total,
    context: session === undefined ? undefined : await readContext(deps, session),
    spent: session === undefined ? undefined : spent.get(session.id),
    progressAt: session?.progressAt,
    pane: agent.pane,
    last,
    waits: await readWait(deps, agent, session),
  };
}

/** What an agent waits for that is to run and does not, or that runs and cannot work; undefined where nothing is in its way. */
async function readWait(deps: Deps, agent: Agent, session: Session | undefined): Promise<AgentStatus['waits']> {
  if (session?.condition !== undefined) return { kind: session.condition.kind, text: session.condition.detail };
  if (session !== undefined || agent.desired !== 'running') return undefined;
  const plan = await planFor(deps, agent);
  if (plan.kind !== 'wait' && plan.kind !== 'held') return undefined;
  return { kind: plan.kind === 'wait' ? plan.why.kind : plan.hold.kind, text: describePlan(plan, deps.clock.now()).text };
}

/** A transcript that can't be read hides nothing else of the town; the daemon tells it in its log. */
export async function readContext(deps: Deps, session: Session): Promise<Meter | undefined> {
  try {
    return await readSessionMeter(deps, session);
  } catch (error) {
    if (!isFault(error) && !(error instanceof Error && 'code' in error)) throw error;
    return undefined;
  }
}

/** A bead without a molecule is no obstacle for whoever can read. */
function readBlock(hook: Hook): string | undefined {
  const current = judgeCurrent(hook);
  return current.kind === 'blocked' && (hook.molecule !== undefined || hook.bead?.status === 'blocked') ? current.reason : undefined;
}

/** The session's state as its row says, unless its process is seen to be gone: then nobody knows until the daemon has looked (S2). */
function judgeAgentState(agent: Agent, session: Session | undefined, host: string): AgentStatus['state'] {
  if (session === undefined) return ({ running: 'waiting-to-start', stopped: 'stopped', parked: 'parked' } as const)[agent.desired];
  if (session.host === host && session.process !== undefined && !isAlive(session.process)) return 'unknown';
  return judgeState(session);
}
