import { isFault } from '#base';
import { stopServer } from '#tmux';
import { listAgents } from '#town';
import type { Agent } from '#town/model';
import { auditTown } from '../audit.ts';
import type { Deps } from '../deps.ts';
import { examine } from '../examine.ts';
import { startDaemon, wakeDaemon } from '../reach-daemon.ts';
import { readAgentStatuses, readStatus } from '../read-status.ts';
import { openTownTmux } from '../tmux.ts';
import { stopDaemon } from './daemon.ts';
import { orderStart, type StartOutcome, type StopOutcome, startAgents, stopAgents } from './sessions.ts';

export type TownVerbs = ReturnType<typeof townVerbs>;

/** The town as a whole. */
export function townVerbs(deps: Deps) {
  return {
    root: deps.root,
    status: () => readStatus(deps),
    agents: (query: { rig?: string | undefined }) => readAgentStatuses(deps, query),
    up: (request: { isDetached: boolean }) => bringUp(deps, request),
    down: () => bringDown(deps),
    examine: (request: { fix: boolean }) => examine(deps, request),
    audit: () => auditTown(deps),
  };
}

/** What `up` did: the daemon, and every agent that should run. */
export interface UpAnswer {
  readonly daemon: 'started' | 'already';
  readonly pid: number;
  readonly agents: readonly StartOutcome[];
  /** Agents that were ordered to run and not waited for. */
  readonly ordered: readonly string[];
  /** Agents that should run and could not be started, with the reason. */
  readonly failed: readonly { readonly agent: string; readonly reason: string; readonly hint: string | undefined }[];
}

/** Starts the daemon, the crew, and the polecats with work (L7, as far as its roles exist). Each start fails for itself. */
async function bringUp(deps: Deps, { isDetached }: { isDetached: boolean }): Promise<UpAnswer> {
  const daemon = await startDaemon(deps);
  const agents = await listWorkers(deps);
  const start = isDetached ? (agent: Agent) => orderStart(deps, agent, wakeUp).then(() => []) : (agent: Agent) => startAgents(deps, [agent], wakeUp);
  const results = await Promise.allSettled(agents.map(start));
  if (isDetached) await wakeDaemon(deps);
  const addressOf = (i: number) => agents[i]?.address ?? '';
  return {
    daemon: daemon.kind,
    pid: daemon.pid,
    agents: results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
    ordered: results.flatMap((result, i) => (isDetached && result.status === 'fulfilled' ? [addressOf(i)] : [])),
    failed: results.flatMap((result, i) => (result.status === 'rejected' ? [{ agent: addressOf(i), ...describe(result.reason) }] : [])),
  };
}

const wakeUp = { topic: 'cold-start' };

function describe(error: unknown): { reason: string; hint: string | undefined } {
  return isFault(error) ? { reason: error.message, hint: error.hint } : { reason: String(error), hint: undefined };
}

/** Crew that is not parked, and polecats with something on their hook. */
async function listWorkers({ store }: Deps): Promise<Agent[]> {
  const agents = await listAgents(store.db);
  const hooked = new Set((await store.db.selectFrom('beads').select('hooked_by').where('hooked_by', 'is not', null).execute()).map((row) => row.hooked_by));
  return agents.filter((agent) => agent.desired !== 'parked' && (agent.role === 'crew' || (agent.role === 'polecat' && hooked.has(agent.address))));
}

export interface DownAnswer {
  readonly agents: readonly StopOutcome[];
  readonly daemon: 'stopped' | 'not-running';
}

/** Stops every agent with its work kept, then the daemon, then the empty tmux server. What is on hooks stays there. */
async function bringDown(deps: Deps): Promise<DownAnswer> {
  const agents = (await listAgents(deps.store.db)).filter((agent) => agent.role !== 'overseer');
  const live = await deps.store.db.selectFrom('sessions').select('agent').where('gone_at', 'is', null).execute();
  const running = agents.filter((agent) => agent.desired === 'running' || live.some((session) => session.agent === agent.address));
  const outcomes = running.length === 0 ? [] : await stopAgents(deps, running);
  const daemon = await stopDaemon(deps);
  await stopServer(openTownTmux(deps));
  return { agents: outcomes, daemon: daemon.kind };
}
