import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { Condition } from './model.ts';

/** Writes what keeps a living session from working, or with undefined that nothing does. Answers the events to add: none where that was known. */
export async function setConditionRow(
  tx: Tx,
  _at: number,
  { session, agent, condition }: { session: string; agent: string; condition: Condition | undefined },
): Promise<NewEvent[]> {
  const row = await tx.selectFrom('sessions').select(['condition', 'ended_at']).where('id', '=', session).executeTakeFirst();
  const text = condition === undefined ? null : JSON.stringify(condition);
  if (row === undefined || row.ended_at !== null || row.condition === text) return [];
  await tx.updateTable('sessions').set({ condition: text }).where('id', '=', session).execute();
  if (condition === undefined) return [{ type: 'session_condition_over', agent, payload: { session } }];
  return [{ type: 'session_condition', agent, payload: { session, ...condition } }];
}
