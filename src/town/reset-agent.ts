import type { Store } from '#store';
import type { Writer } from '#store/model';
import { getAgent } from './read-agents.ts';

/** Says that what went before shall not count against an agent any more: deaths and handoffs in a row, an open breaker. Answers the moment. */
export async function resetAgent({ store, by }: { store: Store; by: Writer }, { agent: address }: { agent: string }): Promise<number> {
  return store.change({ ...by, point: 'agent.reset' }, async (tx, at) => {
    const agent = await getAgent(tx, address);
    await tx.updateTable('agents').set({ reset_at: at }).where('address', '=', agent.address).execute();
    return { answer: at, events: [{ type: 'agent_reset', agent: agent.address, rig: agent.rig, payload: { before: agent.resetAt } }] };
  });
}
