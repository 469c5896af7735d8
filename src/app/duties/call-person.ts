import { escalateRow, type NewEscalation } from '#mail';
import type { Agent } from '#town';
import type { WatchParts } from './watch-session.ts';

/** Calls for a person, once per incident. */
export async function callPerson({ store, chance, by, told }: WatchParts, agent: Agent, request: NewEscalation & { incident: string }): Promise<void> {
  if (told.has(request.incident)) return;
  const target = agent.rig === null ? 'mayor' : `${agent.rig}/witness`;
  await store.change({ ...by, point: 'watch.call' }, async (tx, at) => ({
    answer: undefined,
    events: (await escalateRow(tx, at, { target, ...request, agent: agent.address, isOnce: true, chance, by })).events,
  }));
  told.add(request.incident);
}
