import { refuseEstop } from '#dispatch';
import type { Deps } from '../deps.ts';
import { startDaemon } from '../reach-daemon.ts';
import { isRunning, orderStarts, type StartFailure, type StartOutcome, startAgents } from './start-agents.ts';
import { listWhoShouldRun } from './who-runs.ts';

/** What `up` did: the daemon, and every agent that should run. */
export interface UpAnswer {
  readonly daemon: 'started' | 'already' | 'replaced';
  readonly pid: number;
  readonly agents: readonly StartOutcome[];
  /** Agents that were ordered to run and not waited for. */
  readonly ordered: readonly string[];
  /** Agents that should run and could not be started, with the reason. */
  readonly failed: readonly StartFailure[];
}

const wakeUp = { topic: 'cold-start' };

/** Starts the daemon and everybody who should run, at once (L7). Each start fails for itself and holds up nobody. */
export async function bringUp(deps: Deps, { isDetached }: { isDetached: boolean }): Promise<UpAnswer> {
  await refuseEstop(deps.store.db);
  const daemon = await startDaemon(deps);
  const agents = await listWhoShouldRun(deps);
  const outcomes = isDetached ? await orderStarts(deps, agents, wakeUp) : await startAgents(deps, agents, wakeUp);
  return {
    daemon: daemon.kind,
    pid: daemon.pid,
    agents: outcomes.filter(isRunning),
    ordered: outcomes.filter((one) => one.kind === 'ordered').map(({ agent }) => agent),
    failed: outcomes.filter((one) => one.kind === 'failed'),
  };
}
