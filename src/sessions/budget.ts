import { day } from '#base';
import type { Settings } from '#config/model';
import type { Reader } from '#store';

/** A budget of sessions that is spent (R3): of a bead in all, of an agent or the town within a day. */
export interface SpentBudget {
  readonly kind: 'bead' | 'agent' | 'town';
  /** Whose: the bead's id, the agent's address, `town`. */
  readonly of: string;
  readonly count: number;
  readonly limit: number;
}

/** Runtimes without a model cost nothing, and spend no budget. */
const freeRuntimes = ['view'];

/**
 * The first budget that another session of this agent would exceed; undefined where none would. `now` in ms since 1970. Budgets are counted from the
 * rows of sessions, so that nothing that is killed or pruned forgets them.
 */
export async function findSpentBudget(
  reader: Reader,
  settings: Pick<Settings, 'get'>,
  { agent, rig, bead, now }: { agent: string; rig: string | null; bead: string | undefined; now: number },
): Promise<SpentBudget | undefined> {
  const about = { rig };
  const budgets = [
    { kind: 'bead', of: bead, limit: settings.get('budget.bead_sessions', about), count: () => countSessions(reader, { bead }) },
    { kind: 'agent', of: agent, limit: settings.get('budget.agent_sessions', about), count: () => countSessions(reader, { agent, since: now - day }) },
    { kind: 'town', of: 'town', limit: settings.get('budget.town_sessions'), count: () => countSessions(reader, { since: now - day }) },
  ] as const;
  for (const { kind, of, limit, count } of budgets) {
    if (limit === undefined || of === undefined) continue;
    const spent = await count();
    if (spent >= limit) return { kind, of, count: spent, limit };
  }
  return undefined;
}

async function countSessions(reader: Reader, { agent, bead, since = 0 }: { agent?: string; bead?: string | undefined; since?: number }): Promise<number> {
  let rows = reader
    .selectFrom('sessions')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('created_at', '>', since)
    .where('runtime', 'not in', freeRuntimes);
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  if (bead !== undefined) rows = rows.where('bead', '=', bead);
  return Number((await rows.executeTakeFirst())?.count ?? 0);
}
