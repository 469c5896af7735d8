import type { Reader } from '#store';
import { noSpending, type Spending } from './model.ts';

/** What each of these sessions spent by now, their sub-agents included; a session without a turn is not in the answer. */
export async function readSpendings(reader: Reader, sessions: readonly string[]): Promise<Map<string, Spending>> {
  if (sessions.length === 0) return new Map();
  const rows = await reader
    .selectFrom('usage')
    .select(({ fn }) => [
      'session',
      fn.countAll().as('turns'),
      fn.sum('input').as('input'),
      fn.sum('output').as('output'),
      fn.sum('cached').as('cached'),
      fn.sum('cache_write').as('cacheWrite'),
    ])
    .where('session', 'in', [...sessions])
    .groupBy('session')
    .orderBy('session')
    .execute();
  return new Map(
    rows.map((row) => [
      row.session,
      {
        turns: Number(row.turns),
        inputTokens: Number(row.input),
        outputTokens: Number(row.output),
        cachedTokens: Number(row.cached),
        cacheWriteTokens: Number(row.cacheWrite),
      },
    ]),
  );
}

/** What one session spent by now. */
export async function readSpending(reader: Reader, session: string): Promise<Spending> {
  return (await readSpendings(reader, [session])).get(session) ?? noSpending;
}
