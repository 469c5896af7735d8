import type { Deps } from '#app/testing';
import { Fault } from '#base';
import { readSettings } from '#config';
import type { Git } from '#git';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { Tmux } from '#tmux';
import { townPaths } from '#town/model';
import { type SeededChance, seededChance } from './chance.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import { type Machine, makeMachine, type SimulatedProcess } from './machine.ts';
import type { Mutation } from './mutations.ts';
import { killed, type Life, makeScheduler, type Scheduler } from './scheduler.ts';
import { simulatedTmux } from './tmux.ts';
import type { TownTemplate } from './town-template.ts';

/** One town that lives by its seed. What it says of itself is real; the machine under it, time and chance are simulated. */
export interface Simulation {
  readonly seed: number;
  readonly chance: SeededChance;
  readonly template: TownTemplate;
  /** Who is given orders here; the fewer, the more befalls each. */
  readonly agents: readonly string[];
  readonly scheduler: Scheduler;
  readonly machine: Machine;
  readonly tmux: Tmux;
  readonly ledger: Ledger;
  readonly mutation: Mutation;
  readonly faults: FaultShares;
  readonly trace: string[];
  tell(line: string): void;
  /** What verbs are handed, for somebody who lives and may die. */
  depsFor(life: Life, by: Writer): Deps;
  /** A program sees its own calls to the end, though the process of a call may be killed. */
  depsForProgram(process: SimulatedProcess): Deps;
}

/** How often things go wrong, as shares of all cases; all 0 once the town is let be. */
export interface FaultShares {
  /** A process is killed before, inside or after its change. */
  kill: number;
  /** The store is locked too long. */
  lock: number;
  /** Somebody else comes before a query. */
  interleave: number;
  /** A program does something that it should not. */
  misbehave: number;
}

/** A git that must not be called: no agent here has a worktree. */
const noGit = new Proxy({} as Git, {
  get: (_, name) => {
    throw new Error(`the simulated town called git (${String(name)})`);
  },
});

const settings = readSettings({ town: 'default_agent = "runbook"\n', rigs: { app: '' } });
const root = '/tmp';

export function makeSimulation(template: TownTemplate, seed: number, mutation: Mutation): Simulation {
  const chance = seededChance(seed);
  const { clock } = template;
  const agents = template.agents.filter(() => chance.isLikely(0.5));
  const trace: string[] = [];
  const tell = (line: string) => void trace.push(`${Math.round(clock.monotonic() / 1000)}s ${line}`);
  const scheduler = makeScheduler(chance, (life, error) => {
    if (sim.ledger.failure === undefined) sim.ledger.fail(`${life.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
  const machine = makeMachine({ chance, clock });
  const faults: FaultShares = {
    kill: chance.pick([0, 0.02, 0.08]),
    lock: chance.pick([0, 0.02, 0.08]),
    interleave: chance.pick([0.05, 0.2]),
    misbehave: chance.pick([0.05, 0.2, 0.4]),
  };
  const beforeTurn = async () => {
    scheduler.refuseKilled();
    if (chance.isLikely(faults.interleave)) await scheduler.pause();
  };
  const depsOf = (life: Life, by: Writer, die: () => void): Deps => ({
    clock,
    chance,
    env: {},
    cwd: root,
    host: { id: 'host_sim', name: 'sim', bootId: machine.bootId(), platform: 'linux' },
    root,
    paths: townPaths(root),
    store: mortalStore(sim, life, die),
    settings,
    git: noGit,
    by,
    programs: { node: 'node', dir: root },
  });
  const sim: Simulation = {
    seed,
    chance,
    agents: agents.length === 0 ? template.agents : agents,
    template,
    scheduler,
    machine,
    tmux: simulatedTmux(machine, clock, beforeTurn),
    ledger: makeLedger({ look: template.store.look, machine, clock }),
    mutation,
    faults,
    trace,
    tell,
    depsFor: (life, by) =>
      depsOf(life, by, () => {
        life.isKilled = true;
      }),
    depsForProgram: (process) => depsOf(process.life, { actor: process.agent, session: process.session }, () => {}),
  };
  template.between.beforeTurn = beforeTurn;
  return sim;
}

/** The town's store as a process has it that may be killed before, inside or after each of its changes, and may find it locked. */
function mortalStore(sim: Simulation, life: Life, die: () => void): Store {
  const { chance, faults, ledger, scheduler, template } = sim;
  const { store } = template.store;
  return {
    ...store,
    change: async (request, body) => {
      const point = request.point ?? 'change';
      await scheduler.pause();
      if (chance.isLikely(faults.lock)) throw new Fault('unavailable', 'the store is locked by another process', { hint: 'try again' });
      const death = chance.isLikely(faults.kill) ? chance.pick(['before', 'inside', 'after'] as const) : undefined;
      const killAt = (moment: typeof death) => {
        if (death !== moment) return;
        sim.tell(`${life.name}: killed at ${point}.${moment}`);
        die();
        throw killed;
      };
      killAt('before');
      const writer = sim.mutation.writer?.(request) ?? request;
      const answer = await store.change(writer, async (tx, at) => {
        const changed = await body(tx, at);
        await sim.mutation.inside?.(tx, request);
        killAt('inside');
        return changed;
      });
      sim.tell(`${life.name}: ${point}`);
      ledger.afterChange(request);
      killAt('after');
      return answer;
    },
  };
}
