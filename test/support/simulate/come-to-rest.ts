import { minute, second } from '#base';
import type { Daemon } from './daemon.ts';
import { isStopped, readDesired } from './looks.ts';
import { answerCall, letGoOn } from './persons.ts';
import type { Simulation } from './simulation.ts';
import { careFor, type Town } from './town.ts';

/** An honest town needs three; one whose agents hang until they are nudged in vain, some thirty. */
const roundsMax = 90;
/** While nothing is planned so much time passes between two rounds: an idle agent is looked after then. */
const idleMs = 5 * minute + second;

/** Nothing goes wrong any more, and nobody gives orders: all that is wanted comes right, however long it takes. */
export async function comeToRest(town: Town): Promise<void> {
  const { sim } = town;
  Object.assign(sim.faults, { kill: 0, lock: 0, interleave: 0, misbehave: 0 });
  for (const process of sim.machine.processes.values()) process.isStuck = false;
  sim.tell('peace');
  for (let round = 0; round < roundsMax && sim.ledger.failure === undefined; round += 1) {
    await sim.scheduler.rest();
    letGoOn(sim);
    const daemon = careFor(town);
    daemon.beginRound();
    await sim.scheduler.rest();
    const waitMs = findWait(sim, daemon);
    if (waitMs === undefined && listOpen(sim).length === 0) return;
    if (waitMs === undefined) callPersons(sim);
    sim.template.clock.advance(waitMs ?? idleMs);
  }
  const plans = town.daemon?.planned?.map(({ agent, plan }) => `${agent.address}: ${plan.kind}`) ?? [];
  sim.ledger.fail(`no rest after ${roundsMax} rounds: ${[...listOpen(sim), ...plans].join('; ')}`);
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
function listOpen(sim: Simulation): string[] {
  const { look } = sim.template.store;
  const ungone = look<{ id: string }>('select id from sessions where ended_at is not null and gone_at is null');
  return [
    ...(isStopped(look) ? ['the emergency stop stands'] : []),
    ...sim.template.agents.flatMap((agent) => (readDesired(look, agent) === 'running' ? listOpenOf(sim, agent) : listLeft(sim, agent))),
    ...ungone.map(({ id }) => `${id} is not gone`),
  ];
}

/** An agent that is wanted runs once, has done what hung on its hook, and has received what was left for it. */
function listOpenOf({ template, machine }: Simulation, agent: string): string[] {
  const { look } = template.store;
  const [live] = look<{ id: string; pid: number | null }>('select id, pid from sessions where agent = ? and ended_at is null', agent);
  const processes = machine.of(agent);
  const programs = processes.filter(({ isProgram }) => isProgram);
  const runs = programs.length === 1 && programs[0]?.session === live?.id && programs[0]?.pid === live?.pid;
  const waiting = look("select id from handoffs where target_agent = ? and kind = 'end' and consumed_at is null", agent);
  return [
    ...(runs ? [] : [`${agent} does not run, or not once`]),
    ...(processes.every(({ session }) => session === live?.id) ? [] : [`${agent} has processes of a life that is over`]),
    ...look<{ id: string; status: string }>('select id, status from beads where hooked_by = ?', agent).map(
      ({ id, status }) => `${id} (${status}) hangs on ${agent}`,
    ),
    ...(waiting.length === 0 ? [] : [`${agent} has not received a document`]),
  ];
}

/** Nothing is left of one that is not wanted. */
function listLeft({ template, machine }: Simulation, agent: string): string[] {
  const live = template.store.look('select id from sessions where agent = ? and ended_at is null', agent);
  return live.length + machine.of(agent).length === 0 ? [] : [`${agent} is not wanted and lives`];
}
