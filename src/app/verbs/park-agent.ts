import { Fault } from '#base';
import { resetAgent, setDesiredRow } from '#town';
import type { Agent, Desired } from '#town/model';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';
import { type StopWish, stopAgents } from './stop-agents.ts';

/** What became of an agent; `session` is the one that was ended for it. */
export interface AgentChange {
  readonly agent: string;
  readonly kind: 'parked' | 'unparked' | 'reset' | 'already';
  readonly desired: Desired;
  readonly session?: string | undefined;
}

/** Stops an agent, with its document, and lets nothing start it until it is unparked. */
export async function parkAgent(deps: Deps, agent: Agent, wish: Pick<StopWish, 'isAtOnce' | 'tell'> = {}): Promise<AgentChange> {
  refusePerson(agent);
  const [stopped] = await stopAgents(deps, [agent], { ...wish, desired: 'parked' });
  return { agent: agent.address, kind: agent.desired === 'parked' ? 'already' : 'parked', desired: 'parked', session: stopped?.session };
}

/**
 * Takes a parked agent back: it runs where work hangs on its hook, because work that hangs has somebody who is to run it, and else is stopped until it
 * is started.
 */
export async function unparkAgent(deps: Deps, agent: Agent): Promise<AgentChange> {
  const answer = await deps.store.change<AgentChange>({ ...deps.by, point: 'agent.unpark' }, async (tx, at) => {
    const { desired: before } = await tx.selectFrom('agents').select('desired').where('address', '=', agent.address).executeTakeFirstOrThrow();
    if (before !== 'parked') return { answer: { agent: agent.address, kind: 'already', desired: before }, events: [] };
    const hooked = await tx.selectFrom('beads').select('id').where('hooked_by', '=', agent.address).executeTakeFirst();
    const desired = hooked === undefined ? 'stopped' : 'running';
    const events = await setDesiredRow(tx, at, { agent: agent.address, desired });
    return { answer: { agent: agent.address, kind: 'unparked', desired }, events };
  });
  if (answer.kind === 'unparked' && answer.desired === 'running') await rouseDaemon(deps);
  return answer;
}

/** Lets nothing that went before count against an agent any more; where it is to run, the daemon looks at it at once. */
export async function forgetPast(deps: Deps, agent: Agent): Promise<AgentChange> {
  refusePerson(agent);
  await resetAgent(deps, { agent: agent.address });
  if (agent.desired === 'running') await rouseDaemon(deps);
  return { agent: agent.address, kind: 'reset', desired: agent.desired };
}

function refusePerson({ role, address }: Agent): void {
  if (role === 'overseer') throw new Fault('invalid', `"${address}" is a person and runs no program`, { hint: '`baton agents` lists who does' });
}
