import { minute } from '#base';
import { closeEscalationRow, listEscalations } from '#mail';
import type { Escalation } from '#mail/model';
import { findLiveSession, hasProgressed, isHealthy, type Session } from '#sessions';
import type { Writer } from '#store/model';
import { type Agent, listAgentsForNow } from '#town';
import type { Deps } from '../deps.ts';
import { findFullDisk, findHold } from './read-facts.ts';

/** What is asked whether an outage is over: its call, whom it is about, and that agent's live session. */
interface Ill {
  readonly call: Escalation;
  readonly agent: Agent | undefined;
  readonly session: Session | undefined;
}

interface Healing {
  /** How the names of its incidents begin. */
  readonly prefix: string;
  /** The event that tells of its end. */
  readonly type: string;
  readonly isMended: (deps: Deps, ill: Ill) => boolean | Promise<boolean>;
}

const healings: readonly Healing[] = [
  { prefix: 'breaker:', type: 'breaker_closed', isMended: isHealthyAgain },
  { prefix: 'login:', type: 'login_healed', isMended: hasSettled },
  { prefix: 'service:', type: 'outage_over', isMended: hasSettled },
  { prefix: 'missing:', type: 'outage_over', isMended: hasSettled },
  { prefix: 'disk', type: 'outage_over', isMended: ({ root }) => findFullDisk(root) === undefined },
  { prefix: 'budget:', type: 'outage_over', isMended: isHeldNoLonger },
];

/** How long a program must have run before its start counts as one that went well, where it is not at work. */
const settledMs = minute;

/** What was mended closes its own call for a person (R2): the agent's live session made progress, or has run for a while; nothing holds it any longer. */
export async function healOutages(deps: Deps & { by: Writer }): Promise<void> {
  const { store, by } = deps;
  const calls = await listEscalations(store.db);
  const agents = calls.length === 0 ? [] : await listAgentsForNow(store.db);
  for (const call of calls) {
    const { id, incident, agent: address } = call;
    const healing = healings.find(({ prefix }) => incident?.startsWith(prefix));
    if (healing === undefined || address === null) continue;
    const session = await findLiveSession(store.db, address);
    if (!(await healing.isMended(deps, { call, agent: agents.find((one) => one.address === address), session }))) continue;
    await store.change({ ...by, point: 'outage.over' }, async (tx, at) => {
      const { answer, events } = await closeEscalationRow(tx, at, { escalation: id });
      const told = answer.kind === 'closed' ? [{ type: healing.type, agent: address, payload: { session: session?.id ?? null, incident } }] : [];
      return { answer: undefined, events: [...told, ...events] };
    });
  }
}

/** One that lives was let in, though it may have spent what came free. */
async function isHeldNoLonger(deps: Deps, { agent, session }: Ill): Promise<boolean> {
  return session !== undefined || agent?.desired !== 'running' || (await findHold(deps, agent)) === undefined;
}

/** What the breaker's rule counts as health. */
async function isHealthyAgain({ store, clock }: Deps, { session }: Ill): Promise<boolean> {
  if (session?.startedAt === undefined || session.condition !== undefined) return false;
  return isHealthy({ hadProgress: await hasProgressed(store.db, session), livedMs: clock.now() - session.startedAt });
}

/** A program that stayed. One that lived already when the call was made shows it by a turn that goes on: it only answers when it is told to try again. */
async function hasSettled({ store, clock }: Deps, { call, session }: Ill): Promise<boolean> {
  if (session?.startedAt === undefined || session.condition !== undefined) return false;
  const { startedAt, firstTurnAt, turnAt = 0, progressAt = 0 } = session;
  if (startedAt < call.createdAt) return progressAt - Math.max(turnAt, call.createdAt) > settledMs;
  return (await hasProgressed(store.db, session)) || (firstTurnAt !== undefined && clock.now() - startedAt > settledMs);
}
