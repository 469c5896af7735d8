import { planCycle } from '#app/testing';
import { second } from '#base';
import { handOff } from '#handoff';
import { deliverNudgeRows } from '#mail';
import { listSessions } from '#sessions';
import type { DaemonDeps } from './carry.ts';
import { isStopped } from './looks.ts';
import type { Simulation } from './simulation.ts';

/** The settings' own thresholds. */
const thresholds = { suggest: 0.7, cycle: 0.85, hard: 0.97 };

/** The rule of the duty `cycle`, over the context as the simulated programs have it. */
export async function cycle(sim: Simulation, deps: DaemonDeps, hardSince: Map<string, number>): Promise<void> {
  if (![...sim.machine.processes.values()].some(({ share }) => share >= thresholds.cycle)) return;
  for (const session of await listSessions(deps.store.db, { isUnended: true })) {
    const share = sim.machine.of(session.agent).find((process) => process.session === session.id && process.isProgram)?.share ?? 0;
    const now = deps.clock.now();
    if (share >= thresholds.hard && !hardSince.has(session.id)) hardSince.set(session.id, now);
    const facts = {
      toldAt: session.toldAt,
      share,
      hardAt: hardSince.get(session.id),
      isBetweenTools: false,
      now,
      askMs: 120 * second,
      hardMs: 60 * second,
      thresholds,
    };
    const plan = planCycle(facts);
    if (plan.kind === 'handoff') await handOff(deps, { agent: session.agent, subject: '', notes: '', reason: plan.reason, isMeasured: true });
  }
}

/** Types what waits into the prompts of live programs, which wakes them; one that hangs hears nothing. */
export async function deliverNudges(sim: Simulation, deps: DaemonDeps): Promise<void> {
  const { look } = sim.template.store;
  if (isStopped(look)) return;
  const waiting = look<{ id: string; agent: string; session: string }>(
    `select nudges.id as id, nudges.agent as agent, sessions.id as session from nudges join sessions on sessions.agent = nudges.agent
     where sessions.ended_at is null and sessions.primed_at is not null and nudges.offered_at is null and nudges.delivered_at is null
     and nudges.dropped_at is null`,
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
