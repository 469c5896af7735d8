import { makeMassDeathLook, makeRests, makeStopwatch, type Planned, planRound, receipts, tellOutage, watch } from '#app/testing';
import { describeError, isFault } from '#base';
import { carry, type DaemonDeps } from './carry.ts';
import { cycle, deliverNudges } from './daemon-duties.ts';
import { observeOn } from './observe.ts';
import type { Life } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** A daemon from its start to its death. */
export interface Daemon {
  readonly life: Life;
  /** Begins a round of all duties, unless one is under way. */
  beginRound(): void;
  /** What the newest whole round found to do; undefined while one is under way. */
  readonly planned: readonly Planned[] | undefined;
}

/** The duties are the real ones, or what they are made of; only what touches processes is done to the simulated machine. */
export function startDaemon(sim: Simulation, number: number): Daemon {
  const life: Life = { name: `daemon ${number}`, isKilled: false };
  const by = { actor: 'daemon' };
  const deps = { ...sim.depsFor(life, by), by, tmux: sim.tmux, tell: (line: string) => sim.tell(`${life.name}: ${line.split('\n')[0]}`) };
  const [watchDuty, receiptDuty, supervise, hardSince] = [
    watch(deps, deps),
    receipts(deps, deps.tell),
    makeSupervise(sim, deps, life),
    new Map<string, number>(),
  ];
  let planned: readonly Planned[] | undefined;
  let isInRound = false;
  const duties = [
    async () => {
      planned = await supervise();
    },
    () => watchDuty.round(),
    () => receiptDuty.round(),
    () => cycle(sim, deps, hardSince),
    () => deliverNudges(sim, deps),
  ];
  const round = async () => {
    for (const duty of duties) await outlive(life, deps, duty);
    isInRound = false;
  };
  return {
    life,
    get planned() {
      return planned;
    },
    beginRound: () => {
      if (isInRound) return;
      isInRound = true;
      planned = undefined;
      sim.scheduler.spawn(life, round);
    },
  };
}

/** As the duty `supervise`: what is planned for an agent is done while the round goes on, one thing at a time. */
function makeSupervise(sim: Simulation, deps: DaemonDeps, life: Life): () => Promise<readonly Planned[]> {
  const looks = { watch: makeStopwatch(deps), massDeath: makeMassDeathLook(deps), observe: observeOn(sim.machine) };
  const [rests, busy] = [makeRests(deps), new Set<string>()];
  const act = async (one: Planned) => {
    const { address } = one.agent;
    const isDone = await outlive(life, deps, () => carry(sim, deps, one));
    if (isDone) rests.clear(address);
    else rests.rest(address);
    busy.delete(address);
  };
  return async () => {
    const before = new Set(busy);
    const planned: Planned[] = [];
    for (const one of await planRound(deps, looks)) planned.push((await sim.mutation.plan?.(one, deps.store)) ?? one);
    for (const one of planned) {
      const { agent, plan } = one;
      if (plan.kind === 'wait' || plan.kind === 'held') await tellOutage(deps, { agent, plan });
      if (plan.kind === 'nothing' || plan.kind === 'wait' || plan.kind === 'held' || rests.isResting(agent.address) || before.has(agent.address)) continue;
      sim.tell(`${life.name}: ${agent.address}: ${plan.kind}`);
      busy.add(agent.address);
      sim.scheduler.spawn(life, () => act(one));
    }
    return planned;
  };
}

/** What a daemon can name is told and tried again; its death, and a mistake of ours, is neither. Answers whether it went well. */
async function outlive(life: Life, { tell }: DaemonDeps, body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    return true;
  } catch (error) {
    if (life.isKilled || !isFault(error)) throw error;
    tell(describeError(error));
    return false;
  }
}
