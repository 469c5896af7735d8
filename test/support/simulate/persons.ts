import { orderStart } from '#app/testing';
import { isFault } from '#base';
import { slingBead, unslingBead } from '#dispatch';
import { handOff } from '#handoff';
import { getAgent, setDesiredRow, setEstopRow } from '#town';
import { hookBead, unhookBead } from '#work';
import { isStopped } from './looks.ts';
import { killed, type Life } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

type Command = (sim: Simulation, life: Life, agent: string) => Promise<unknown>;

/** What persons order, as their commands do it. */
const commands: Readonly<Record<string, readonly [weight: number, Command]>> = {
  sling: [6, (sim, life, target) => slingBead({ ...sim.depsFor(life, overseer), env: {} }, { bead: sim.chance.pick(sim.template.beads), target, vars: {} })],
  start: [4, async (sim, life, agent) => orderStart(sim.depsFor(life, overseer), await getAgent(sim.template.store.store.db, agent), {})],
  hook: [2, (sim, life, agent) => hookBead(sim.depsFor(life, overseer), { bead: sim.chance.pick(sim.template.beads), agent })],
  stop: [2, (sim, life, agent) => want(sim, life, agent, sim.chance.pick(['parked', 'stopped', 'stopped']))],
  restart: [3, (sim, life, agent) => handOffFor(sim, life, agent, '')],
  handoff: [3, (sim, life, agent) => handOffFor(sim, life, agent, sim.ledger.words.make())],
  unhook: [1, (sim, life, agent) => unhookBead(sim.depsFor(life, overseer), { agent })],
  unsling: [1, (sim, life) => unslingBead(sim.depsFor(life, overseer), { bead: sim.chance.pick(sim.template.beads) })],
  estop: [1, (sim, life) => toggleEstop(sim, life)],
};

const overseer = { actor: 'overseer' };
const lots = Object.keys(commands).flatMap((name) => Array.from({ length: commands[name]?.[0] ?? 0 }, () => name));

/** Somebody gives an order; what is refused is their affair. */
export function giveOrder(sim: Simulation): void {
  // An emergency stop is soon over: while it stands nothing else can be seen.
  if (sim.chance.isLikely(0.5)) letGoOn(sim);
  const name = sim.chance.pick(lots);
  const agent = sim.chance.pick(sim.agents);
  order(sim, `${name} ${agent}`, (life) => commands[name]?.[1](sim, life, agent) ?? Promise.resolve());
}

/** The emergency stop ends, where one stands. */
export function letGoOn(sim: Simulation): void {
  if (isStopped(sim.template.store.look)) order(sim, 'thaw', (life) => toggleEstop(sim, life));
}

/** A person who was called looks after an agent that stands still. */
export function answerCall(sim: Simulation, agent: string): void {
  order(sim, `restart ${agent}`, (life) => handOffFor(sim, life, agent, ''));
}

function order(sim: Simulation, what: string, body: (life: Life) => Promise<unknown>): void {
  const life = { name: what, isKilled: false };
  sim.scheduler.spawn(life, async () => {
    try {
      await body(life);
    } catch (error) {
      if (error !== killed && !isFault(error)) throw error;
      if (isFault(error)) sim.tell(`${what}: ${error.message}`);
    }
  });
}

async function want(sim: Simulation, life: Life, agent: string, desired: 'stopped' | 'parked'): Promise<void> {
  await sim.depsFor(life, overseer).store.change({ ...overseer, point: 'stop.order' }, async (tx, at) => ({
    answer: undefined,
    events: await setDesiredRow(tx, at, { agent, desired }),
  }));
}

async function toggleEstop(sim: Simulation, life: Life): Promise<void> {
  const stop = isStopped(sim.template.store.look) ? undefined : { by: 'overseer', reason: 'to look' };
  await sim.depsFor(life, overseer).store.change({ ...overseer, point: 'estop' }, async (tx, at) => ({
    answer: undefined,
    events: await setEstopRow(tx, at, stop),
  }));
}

async function handOffFor(sim: Simulation, life: Life, agent: string, words: string): Promise<void> {
  const request = { agent, subject: '', notes: words === '' ? '' : `Note: ${words}`, reason: 'asked by overseer' };
  let answer: Awaited<ReturnType<typeof handOff>> | undefined;
  try {
    answer = await handOff(sim.depsFor(life, overseer), request);
  } finally {
    if (words !== '') sim.ledger.words.said(words, undefined, answer);
  }
}
