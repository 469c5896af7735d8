import { carryOut, type Deps, type Planned } from '#app/testing';
import { escalate } from '#mail';
import { recordStarted, type Session } from '#sessions';
import { recordGone } from '#sessions/testing';
import type { Tmux } from '#tmux';
import type { Agent } from '#town';
import { isStopped, readDesired } from './looks.ts';
import type { SimulatedProcess } from './machine.ts';
import { runProgram } from './program.ts';
import type { Simulation } from './simulation.ts';

/** What a daemon's duties are handed. */
export type DaemonDeps = Deps & { readonly tmux: Tmux; readonly tell: (line: string) => void };

/** What touches processes is done to the simulated machine; all else is the real thing. */
export async function carry(sim: Simulation, deps: DaemonDeps, { agent, plan, pane }: Planned): Promise<void> {
  if (plan.kind === 'clear') return clear(sim, deps, agent, plan.session);
  if (plan.kind === 'start') return start(sim, deps, agent, plan.session);
  await carryOut(deps, { agent, plan, pane });
}

/** As `clearSession`: exactly the processes of the session, and gone when a fresh look finds none. */
async function clear(sim: Simulation, deps: DaemonDeps, agent: Agent, session: Session): Promise<void> {
  const survivors = await endAll(sim, () => sim.machine.of(agent.address).filter((process) => process.session === session.id));
  if (survivors > 0) return tellSurvivors(deps, agent, session);
  await recordGone(deps, { session: session.id, agent: agent.address });
}

async function tellSurvivors(deps: DaemonDeps, agent: Agent, session: Session): Promise<void> {
  await escalate(deps, {
    severity: 'critical',
    target: 'mayor',
    agent: agent.address,
    incident: `survivors:${session.id}`,
    text: 'processes can not be ended',
  });
}

/** TERM, then KILL, each in its own time. Answers how many are left. */
async function endAll({ machine, scheduler, mutation }: Simulation, find: () => SimulatedProcess[]): Promise<number> {
  if (mutation.endsNobody === true) return 0;
  for (const signal of [15, 9]) {
    for (const process of find()) {
      await scheduler.pause();
      const mayEnd = !process.isStuck && (signal === 9 || (!process.ignoresTerm && !process.isHung));
      if (mayEnd && machine.processes.has(process.pid)) machine.end(process, { signal });
    }
  }
  return find().length;
}

/** As `startSession`: programs of older generations are ended first; what is in the pane already is adopted. */
async function start(sim: Simulation, deps: DaemonDeps, agent: Agent, session: Session): Promise<void> {
  const { machine, scheduler } = sim;
  const isOlder = (process: SimulatedProcess) => process.session !== session.id;
  if ((await endAll(sim, () => machine.of(agent.address).filter(isOlder))) > 0) return tellSurvivors(deps, agent, session);
  await scheduler.pause();
  const found = machine.panes.get(agent.pane);
  if (found?.mark !== session.id) {
    if (!isWanted(sim, agent)) return;
    const process = machine.start({ agent: agent.address, session: session.id, pane: agent.pane });
    sim.tell(`${deps.by.actor}: ${process.life.name} starts`);
    sim.ledger.afterStart(process);
    scheduler.spawn(process.life, () => runProgram(sim, process));
    await scheduler.pause();
  }
  const opened = machine.panes.get(agent.pane);
  const process = opened === undefined ? undefined : machine.processes.get(opened.pid);
  if (opened === undefined || process === undefined) return;
  await recordStarted(deps, {
    session: session.id,
    agent: agent.address,
    paneId: opened.paneId,
    pid: process.pid,
    start: process.start,
    isAdopted: found === opened,
  });
}

/** As the supervisor looks once more before it starts a program. */
function isWanted({ template }: Simulation, { address }: Agent): boolean {
  const { look } = template.store;
  return readDesired(look, address) === 'running' && !isStopped(look);
}
