import { assert } from '#base';
import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { AgentRow, Desired, StartOrder } from './agent.ts';

/** `isAtOnce`: whoever stops it does not want its agent to be asked for anything first. */
export interface Wish {
  readonly agent: string;
  readonly desired: Desired;
  readonly isAtOnce?: boolean;
}

/** Writes what is wanted of an agent. Answers the events to add: none where it was wanted already. */
export async function setDesiredRow(tx: Tx, _at: number, { agent, desired, isAtOnce }: Wish): Promise<NewEvent[]> {
  const row = await getRow(tx, agent);
  assert(row.retired_at === null || desired !== 'running', `the retired agent ${agent} is not to be started`);
  if (row.desired === desired) return [];
  await tx.updateTable('agents').set({ desired }).where('address', '=', agent).execute();
  return [{ type: 'agent_wanted', agent, rig: row.rig, payload: { desired, before: row.desired, ...(isAtOnce === true ? { isAtOnce } : {}) } }];
}

/** Replaces how an agent is to be started next. Answers the events to add: none where that was ordered already. */
export async function setStartOrderRow(tx: Tx, _at: number, { agent, order }: { agent: string; order: StartOrder }): Promise<NewEvent[]> {
  const row = await getRow(tx, agent);
  const text = JSON.stringify({ ...order, ...(await readLastEnded(tx, agent)) });
  if (row.start_order === text) return [];
  await tx.updateTable('agents').set({ start_order: text }).where('address', '=', agent).execute();
  // Extra environment may hold secrets: the journal names it and keeps its values out (DESIGN.md section 16).
  return [{ type: 'start_ordered', agent, rig: row.rig, payload: { ...order, ...(order.env === undefined ? {} : { env: Object.keys(order.env) }) } }];
}

async function readLastEnded(tx: Tx, agent: string): Promise<Pick<StartOrder, 'sinceSession'>> {
  const ended = tx.selectFrom('sessions').select('id').where('agent', '=', agent).where('ended_at', 'is not', null);
  const last = await ended.orderBy('generation', 'desc').limit(1).executeTakeFirst();
  return last === undefined ? {} : { sinceSession: last.id };
}

async function getRow(tx: Tx, agent: string): Promise<Pick<AgentRow, 'desired' | 'start_order' | 'rig' | 'retired_at'>> {
  const row = await tx.selectFrom('agents').select(['desired', 'start_order', 'rig', 'retired_at']).where('address', '=', agent).executeTakeFirst();
  assert(row !== undefined, `the agent ${agent} is missing`);
  return row;
}
