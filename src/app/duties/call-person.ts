import { hour } from '#base';
import { escalateRow, type NewEscalation, wasEscalated } from '#mail';
import type { Agent } from '#town';
import type { WatchParts } from './watch-session.ts';

/** Longer than between two tries of an agent that waits for a login: who logged in and closed the call is not called before it was tried again. */
export const loginQuietMs = 2 * hour;

/** Calls for a person, once per incident; anew only where `quietMs` allows it. */
export async function callPerson({ store, chance, by }: WatchParts, agent: Agent, request: NewEscalation & { incident: string }): Promise<void> {
  const target = agent.rig === null ? 'mayor' : `${agent.rig}/witness`;
  const asked = { target, quietMs: Number.POSITIVE_INFINITY, ...request, agent: agent.address };
  if (await wasEscalated(store.db, store.clock.now(), asked)) return;
  await store.change({ ...by, point: 'watch.call' }, async (tx, at) => ({
    answer: undefined,
    events: (await escalateRow(tx, at, { ...asked, chance, by })).events,
  }));
}
