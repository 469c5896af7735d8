import { minute } from '#base';
import { closeEscalationRow, listEscalations } from '#mail';
import { findLiveSession, hasProgressed, isHealthy, type Session } from '#sessions';
import type { Writer } from '#store/model';
import type { Deps } from '../deps.ts';

/** An incident by the beginning of its name, and the event that tells of its end. */
const healing: readonly (readonly [prefix: string, event: string])[] = [
  ['breaker:', 'breaker_closed'],
  ['login:', 'login_healed'],
  ['missing:', 'outage_over'],
];

/** How long a program must have run before its start counts as one that went well, where it is not at work. */
const settledMs = minute;

/** What was mended closes its own call for a person (R2): the agent's live session made progress, or has run for a while. */
export async function healOutages(deps: Deps & { by: Writer }): Promise<void> {
  const { store, by } = deps;
  for (const { id, incident, agent } of await listEscalations(store.db)) {
    const [, type] = healing.find(([prefix]) => incident?.startsWith(prefix)) ?? [];
    const session = type === undefined || agent === null ? undefined : await findLiveSession(store.db, agent);
    if (type === undefined || session === undefined || !(await isMended(deps, session, type))) continue;
    await store.change({ ...by, point: 'outage.over' }, async (tx, at) => {
      const { answer, events } = await closeEscalationRow(tx, at, { escalation: id });
      const told = answer.kind === 'closed' ? [{ type, agent, payload: { session: session.id, incident } }] : [];
      return { answer: undefined, events: [...told, ...events] };
    });
  }
}

/** The breaker asks for what its rule counts as health; a login or a missing part for a program that stayed. */
async function isMended({ store, clock }: Deps, session: Session, type: string): Promise<boolean> {
  if (session.startedAt === undefined || session.condition !== undefined) return false;
  const livedMs = clock.now() - session.startedAt;
  const hadProgress = await hasProgressed(store.db, session);
  return type === 'breaker_closed' ? isHealthy({ hadProgress, livedMs }) : hadProgress || (session.firstTurnAt !== undefined && livedMs > settledMs);
}
