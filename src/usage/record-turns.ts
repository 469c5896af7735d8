import type { TurnUsage } from '#runtimes/model';
import type { Reader, Store } from '#store';
import type { UsageRow } from './model.ts';

/** Turns of one conversation, as its transcript tells them to somebody who reads it for a session. */
export interface NewTurns {
  readonly session: string;
  readonly agent: string;
  readonly conversation: string;
  /** What hung on the agent's hook meanwhile. */
  readonly bead: string | undefined;
  /** The model that the session was started with, where a turn does not name its own. */
  readonly model: string | undefined;
  readonly turns: readonly TurnUsage[];
}

/** Turns that are read or written by one statement. */
const batchMax = 200;

/**
 * Records what turns cost, each once for its conversation however often it is told; one that is told again with other figures has those. A turn is the
 * session's that the conversation was when it happened. Answers how many rows are new or others; none, and nothing is written.
 */
export async function recordTurns({ store }: { store: Store }, request: NewTurns): Promise<number> {
  const { conversation, agent } = request;
  let count = 0;
  for (let from = 0; from < request.turns.length; from += batchMax) {
    const rows = await planRows(store.db, { ...request, turns: request.turns.slice(from, from + batchMax) }, await store.now());
    if (rows.length === 0) continue;
    await store.change({ actor: 'daemon', point: 'usage.record' }, async (tx) => {
      for (const row of rows)
        await tx
          .insertInto('usage')
          .values(row)
          .onConflict((at) => at.columns(['conversation', 'turn']).doUpdateSet(figuresOf(row)))
          .execute();
      const sum = (pick: (row: UsageRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
      const payload = {
        session: request.session,
        conversation,
        turns: rows.length,
        inputTokens: sum(({ input }) => input),
        outputTokens: sum(({ output }) => output),
      };
      return { answer: undefined, events: [{ type: 'usage_recorded', agent, bead: request.bead, payload }] };
    });
    count += rows.length;
  }
  return count;
}

/** The rows that are not there yet, or with other figures. */
async function planRows(reader: Reader, request: NewTurns, now: number): Promise<UsageRow[]> {
  const { conversation, turns } = request;
  const owners = await readOwners(reader, conversation);
  const told = turns.map((turn) => rowOf(request, turn, { owners, now }));
  const ids = turns.map(({ id }) => id);
  const known = await reader.selectFrom('usage').selectAll().where('conversation', '=', conversation).where('turn', 'in', ids).execute();
  const before = new Map(known.map((row) => [row.turn, row]));
  return told.filter((row) => {
    const earlier = before.get(row.turn);
    return earlier === undefined || Object.entries(figuresOf(row)).some(([name, value]) => earlier[name as keyof UsageRow] !== value);
  });
}

/** Who had the conversation from when on, oldest first. */
async function readOwners(reader: Reader, conversation: string): Promise<{ session: string; agent: string; began_at: number }[]> {
  return reader
    .selectFrom('conversations')
    .innerJoin('sessions', 'sessions.id', 'conversations.session')
    .select(['conversations.session', 'sessions.agent', 'conversations.began_at'])
    .where('conversations.conversation', '=', conversation)
    .orderBy('conversations.began_at')
    .orderBy('conversations.session')
    .execute();
}

function rowOf(request: NewTurns, turn: TurnUsage, { owners, now }: { owners: { session: string; agent: string; began_at: number }[]; now: number }): UsageRow {
  const { at } = turn;
  const owner = at === undefined ? undefined : (owners.findLast(({ began_at }) => began_at <= at) ?? owners[0]);
  return {
    conversation: request.conversation,
    turn: turn.id,
    session: owner?.session ?? request.session,
    agent: owner?.agent ?? request.agent,
    bead: request.bead ?? null,
    model: turn.model ?? request.model ?? null,
    is_subagent: turn.subagent === undefined ? 0 : 1,
    input: wholeOf(turn.inputTokens),
    output: wholeOf(turn.outputTokens),
    cached: wholeOf(turn.cachedTokens ?? 0),
    cache_write: wholeOf(turn.cacheWriteTokens ?? 0),
    context: wholeOf(turn.contextTokens),
    at: wholeOf(at ?? now),
  };
}

/** What another telling of the same turn may say anew: whose it is and when it was stays as it was recorded first. */
function figuresOf({ input, output, cached, cache_write, context }: UsageRow) {
  return { input, output, cached, cache_write, context };
}

function wholeOf(tokens: number): number {
  return Math.max(0, Math.round(tokens));
}
