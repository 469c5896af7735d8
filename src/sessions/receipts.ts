import type { Reader } from '#store';
import { type Handoff, readHandoffRow } from './model.ts';

/** The documents that wait for an agent and that no turn began with. Moments in ms since 1970; what was done for any of them counts for all (H7). */
export interface UnreceivedEnds {
  readonly agent: string;
  /** The oldest of them, and how many there are. */
  readonly handoff: string;
  readonly count: number;
  readonly createdAt: number;
  readonly nudgedAt: number | undefined;
  readonly restartedAt: number | undefined;
  readonly escalatedAt: number | undefined;
}

/** Of each agent that is to run, what it has not received. */
export async function listUnreceived(reader: Reader): Promise<UnreceivedEnds[]> {
  const rows = await reader
    .selectFrom('handoffs')
    .innerJoin('agents', 'agents.address', 'handoffs.target_agent')
    .selectAll('handoffs')
    .where('kind', '=', 'end')
    .where('consumed_at', 'is', null)
    .where('agents.desired', '=', 'running')
    .orderBy('handoffs.created_at')
    .orderBy('handoffs.id')
    .execute();
  return [...Map.groupBy(rows.map(readHandoffRow), (end) => end.targetAgent ?? '')].flatMap(([agent, ends]) => summarise(agent, ends));
}

function summarise(agent: string, ends: readonly Handoff[]): UnreceivedEnds[] {
  const [oldest] = ends;
  if (oldest === undefined) return [];
  const newest = (moments: readonly (number | undefined)[]) => moments.reduce((a, b) => ((b ?? 0) > (a ?? 0) ? b : a), undefined);
  return [
    {
      agent,
      handoff: oldest.id,
      count: ends.length,
      createdAt: oldest.createdAt,
      nudgedAt: newest(ends.map((end) => end.receipt.nudgedAt)),
      restartedAt: newest(ends.map((end) => end.receipt.restartedAt)),
      escalatedAt: newest(ends.map((end) => end.receipt.escalatedAt)),
    },
  ];
}
