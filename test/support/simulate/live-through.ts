import { hour, minute, second } from '#base';
import { type Daemon, startDaemon } from './daemon.ts';
import { isStopped } from './ledger.ts';
import type { Mutation } from './mutations.ts';
import { answerCall, giveOrder, letGoOn } from './persons.ts';
import { makeSimulation, type Simulation } from './simulation.ts';
import type { TownTemplate } from './town-template.ts';

/** How a town went: `failure` is the first thing that did not hold, told with what led to it. */
export interface TownOutcome {
  readonly seed: number;
  readonly failure: string | undefined;
  readonly turns: number;
  readonly lives: number;
  readonly trace: readonly string[];
}

/** Turns of trouble. A town of so many takes some 20 ms, and more turns find little that more towns do not. */
const turnsMin = 30;
const turnsSpread = 90;
/** Orders that are under way when the daemon first looks. */
const ordersAtFirstMax = 5;
const roundsMax = 90;

/** One town from its seed: a while in which everything goes wrong, then peace, in which all of it must come right. */
export async function liveThrough(template: TownTemplate, seed: number, mutation: Mutation = {}): Promise<TownOutcome> {
  template.store.goBack();
  template.clock.restart();
  const sim = makeSimulation(template, seed, mutation);
  const town: Town = { sim, daemon: undefined, daemons: 0 };
  const turns = turnsMin + sim.chance.below(turnsSpread);
  const orders = sim.chance.below(ordersAtFirstMax + 1);
  for (let order = 0; order < orders; order += 1) giveOrder(sim);
  try {
    for (let turn = 0; turn < turns && sim.ledger.failure === undefined; turn += 1) await takeTurn(town);
    if (sim.ledger.failure === undefined) await comeToRest(town);
    if (sim.ledger.failure === undefined) sim.ledger.judgeWhole();
  } catch (error) {
    sim.ledger.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  template.between.beforeTurn = async () => {};
  const lives = template.store.look<{ count: number }>('select count(*) as count from sessions')[0]?.count ?? 0;
  return { seed, failure: sim.ledger.failure, turns, lives, trace: sim.trace };
}

interface Town {
  readonly sim: Simulation;
  daemon: Daemon | undefined;
  daemons: number;
}

/** Time passes, and somebody has a turn: a person, fate, the daemon, or whoever waits. */
async function takeTurn(town: Town): Promise<void> {
  const { sim } = town;
  const { chance, scheduler } = sim;
  sim.template.clock.advance(chance.isLikely(0.05) ? chance.below(10 * minute) : chance.below(2 * second));
  const lot = chance.fraction();
  if (lot < 0.07) giveOrder(sim);
  else if (lot < 0.12) strike(town);
  else if (lot < 0.25) careFor(town).beginRound();
  await scheduler.step();
}

/** The living daemon, or the next one. */
function careFor(town: Town): Daemon {
  if (town.daemon === undefined || town.daemon.life.isKilled) {
    town.daemons += 1;
    town.daemon = startDaemon(town.sim, town.daemons);
  }
  return town.daemon;
}

/** What befalls a machine. */
function strike({ sim, daemon }: Town): void {
  const { chance, machine, template } = sim;
  const processes = [...machine.processes.values()];
  switch (chance.below(10)) {
    case 0:
      sim.tell('the tmux server is lost');
      return machine.loseServer();
    case 1:
      sim.tell('the host restarts');
      if (daemon !== undefined) daemon.life.isKilled = true;
      return machine.reboot();
    case 2:
    case 3:
      sim.tell('the daemon is killed');
      if (daemon !== undefined) daemon.life.isKilled = true;
      return;
    case 4:
      sim.tell('the clock is set');
      return template.clock.jump(chance.below(2 * hour) - hour);
    case 5:
      if (processes.length > 0) chance.pick(processes).isStuck = true;
      return;
    default: {
      if (processes.length === 0) return;
      const victim = chance.pick(processes);
      sim.tell(`${victim.life.name} is killed`);
      machine.end(victim, { signal: 9 });
    }
  }
}

/** Nothing goes wrong any more, and nobody gives orders: all that is wanted comes right, however long it takes. */
async function comeToRest(town: Town): Promise<void> {
  const { sim } = town;
  Object.assign(sim.faults, { kill: 0, lock: 0, interleave: 0, misbehave: 0 });
  for (const process of sim.machine.processes.values()) process.isStuck = false;
  sim.tell('peace');
  for (let round = 0; round < roundsMax; round += 1) {
    await sim.scheduler.rest();
    letGoOn(sim);
    const daemon = careFor(town);
    daemon.beginRound();
    await sim.scheduler.rest();
    if (sim.ledger.failure !== undefined) return;
    const waitMs = findWait(sim, daemon);
    const open = listOpen(sim);
    if (waitMs === undefined && open.length === 0) return;
    if (round === roundsMax - 1)
      sim.ledger.fail(
        `after ${roundsMax} quiet rounds: ${open.join('; ')}; ${daemon.planned?.map(({ agent, plan }) => `${agent.address}: ${JSON.stringify(plan)}`).join('; ')}`,
      );
    if (waitMs === undefined) callPersons(sim);
    sim.template.clock.advance(waitMs ?? 5 * minute + second);
  }
}

/** How long until there is something to do; undefined where nothing is planned. */
function findWait({ template }: Simulation, { planned = [] }: Daemon): number | undefined {
  const waits = planned.flatMap(({ plan }) => (plan.kind === 'nothing' ? [] : plan.kind === 'wait' ? [plan.untilAt - template.clock.now()] : [second]));
  return waits.length === 0 ? undefined : Math.max(50, Math.min(...waits));
}

/** Whoever is called because an agent stands still, or can't go on after a step that failed, restarts it. */
function callPersons(sim: Simulation): void {
  const { look } = sim.template.store;
  const halted = look<{ agent: string }>(
    `select beads.hooked_by as agent from beads join molecules on molecules.bead = beads.id join steps on steps.molecule = molecules.id
     where beads.hooked_by is not null and steps.status = 'failed' group by beads.hooked_by`,
  );
  const stuck = look<{ agent: string }>(
    `select escalations.agent as agent from escalations join beads on beads.hooked_by = escalations.agent
     where (incident like 'stuck:%' or incident like 'loop:%') and escalations.closed_at is null group by escalations.agent`,
  );
  for (const { agent } of [...halted, ...stuck]) answerCall(sim, agent);
}

/** What is not as it should be. */
function listOpen({ template, machine }: Simulation): string[] {
  const { look } = template.store;
  const open: string[] = [];
  if (isStopped(look)) open.push('the emergency stop stands');
  for (const { address, desired } of look<{ address: string; desired: string }>('select address, desired from agents')) {
    const live = look<{ id: string; pid: number | null; primed: number | null }>(
      'select id, pid, primed_at as primed from sessions where agent = ? and ended_at is null',
      address,
    );
    const processes = machine.of(address);
    if (desired !== 'running') {
      if (live.length > 0 || processes.length > 0) open.push(`${address} is ${desired} and lives`);
      continue;
    }
    const program = processes.find(({ isProgram }) => isProgram);
    if (live[0] === undefined || program?.session !== live[0].id || live[0].pid !== program.pid) open.push(`${address} does not run`);
    if (processes.some(({ session }) => session !== live[0]?.id)) open.push(`${address} has processes of an ended life`);
    for (const { id, status } of look<{ id: string; status: string }>('select id, status from beads where hooked_by = ?', address))
      open.push(`${id} (${status}) hangs on ${address}`);
    if (look("select id from handoffs where target_agent = ? and kind = 'end' and consumed_at is null", address).length > 0)
      open.push(`${address} has not received a document`);
  }
  const ungone = look<{ id: string }>('select id from sessions where ended_at is not null and gone_at is null');
  return [...open, ...ungone.map(({ id }) => `${id} is not gone`)];
}
