import {
  carryOut,
  type Deps,
  makeMassDeathLook,
  makeRests,
  makeStopwatch,
  type Planned,
  planCycle,
  planRound,
  receipts,
  tellOutage,
  watch,
} from '#app/testing';
import { describeError, isFault, second } from '#base';
import { handOff } from '#handoff';
import { deliverNudgeRows, escalate } from '#mail';
import { listSessions, recordStarted, type Session } from '#sessions';
import { recordGone } from '#sessions/testing';
import type { Agent } from '#town';
import { isStopped } from './ledger.ts';
import type { SimulatedProcess } from './machine.ts';
import { runProgram } from './program.ts';
import type { Life } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** A daemon from its start to its death; the next one knows nothing of what it knew. */
export interface Daemon {
  readonly life: Life;
  /** Begins a round, unless one is under way. */
  beginRound(): void;
  /** What the newest whole round found to do; undefined before the first. */
  readonly planned: readonly Planned[] | undefined;
  readonly isBusy: boolean;
}

const thresholds = { suggest: 0.7, cycle: 0.85, hard: 0.97 };

export function startDaemon(sim: Simulation, number: number): Daemon {
  const life: Life = { name: `daemon ${number}`, isKilled: false };
  const by = { actor: 'daemon' };
  const deps = { ...sim.depsFor(life, by), by, tmux: sim.tmux, tell: (line: string) => sim.tell(`${life.name}: ${line.split('\n')[0]}`) };
  const looks = { watch: makeStopwatch(deps), massDeath: makeMassDeathLook(deps) };
  const watchDuty = watch(deps, { tmux: sim.tmux, tell: deps.tell });
  const receiptDuty = receipts(deps, deps.tell);
  const rests = makeRests(deps);
  const busy = new Set<string>();
  const told = new Set<string>();
  const hardSince = new Map<string, number>();
  let planned: readonly Planned[] | undefined;
  let isInRound = false;

  const act = async (one: Planned) => {
    try {
      await carry(sim, deps, one);
      rests.clear(one.agent.address);
    } catch (error) {
      if (life.isKilled) throw error;
      if (!isFault(error)) throw error;
      rests.rest(one.agent.address);
      deps.tell(`${one.agent.address}: ${one.plan.kind} failed: ${error.message}`);
    } finally {
      busy.delete(one.agent.address);
    }
  };
  const supervise = async () => {
    const before = new Set(busy);
    const found: Planned[] = [];
    for (const one of await planRound(deps, looks)) found.push((await sim.mutation.plan?.(one, deps.store)) ?? one);
    for (const one of found) {
      const { agent, plan } = one;
      if (plan.kind === 'wait' || plan.kind === 'held') await tellOutage(deps, { agent, plan, told });
      if (plan.kind === 'nothing' || plan.kind === 'wait' || plan.kind === 'held' || rests.isResting(agent.address)) continue;
      if (before.has(agent.address)) continue;
      sim.tell(`${life.name}: ${agent.address}: ${plan.kind}`);
      busy.add(agent.address);
      sim.scheduler.spawn(life, () => act(one));
    }
    planned = found;
  };
  const duties = [supervise, () => watchDuty.round(), () => receiptDuty.round(), () => cycle(sim, deps, hardSince), () => deliverNudges(sim, deps)];
  return {
    life,
    get planned() {
      return planned;
    },
    get isBusy() {
      return isInRound || busy.size > 0;
    },
    beginRound: () => {
      if (isInRound) return;
      isInRound = true;
      planned = undefined;
      sim.scheduler.spawn(life, async () => {
        for (const duty of duties) {
          try {
            await duty();
          } catch (error) {
            if (life.isKilled || !isFault(error)) throw error;
            deps.tell(describeError(error));
          }
        }
        isInRound = false;
      });
    },
  };
}

type DaemonDeps = Deps & { tmux: Simulation['tmux']; tell: (line: string) => void };

/** What touches processes is done to the simulated machine; all else is the real thing. */
async function carry(sim: Simulation, deps: DaemonDeps, { agent, plan, pane }: Planned): Promise<void> {
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
  return look("select address from agents where address = ? and desired = 'running'", address).length > 0 && !isStopped(look);
}

/** The rule of the duty `cycle`, over the context as the simulated programs have it. */
async function cycle(sim: Simulation, deps: DaemonDeps, hardSince: Map<string, number>): Promise<void> {
  if (![...sim.machine.processes.values()].some(({ share }) => share >= thresholds.cycle)) return;
  for (const session of await listSessions(deps.store.db, { isUnended: true })) {
    const share = sim.machine.of(session.agent).find((process) => process.session === session.id && process.isProgram)?.share ?? 0;
    const now = deps.clock.now();
    if (share >= thresholds.hard && !hardSince.has(session.id)) hardSince.set(session.id, now);
    const facts = { toldAt: session.toldAt, share, hardAt: hardSince.get(session.id), now, askMs: 120 * second, thresholds };
    const plan = planCycle(facts);
    if (plan.kind === 'handoff') await handOff(deps, { agent: session.agent, subject: '', notes: '', reason: plan.reason, isMeasured: true });
  }
}

/** Types what waits into the prompts of live programs, which wakes them; one that hangs hears nothing. */
async function deliverNudges(sim: Simulation, deps: DaemonDeps): Promise<void> {
  const { look } = sim.template.store;
  if (isStopped(look)) return;
  const waiting = look<{ id: string; agent: string; session: string }>(
    `select nudges.id as id, nudges.agent as agent, sessions.id as session from nudges join sessions on sessions.agent = nudges.agent
     where sessions.ended_at is null and sessions.primed_at is not null and nudges.delivered_at is null and nudges.dropped_at is null`,
  );
  for (const { id, agent, session } of waiting) {
    const process = sim.machine.of(agent).find((one) => one.session === session && one.isProgram);
    if (process === undefined) continue;
    await deps.store.change({ actor: 'daemon', point: 'nudge.deliver' }, async (tx, at) => ({
      answer: undefined,
      events: await deliverNudgeRows(tx, at, { nudges: [id], session, agent, channel: 'keys' }),
    }));
    if (!process.isHung) process.wake?.();
  }
}
