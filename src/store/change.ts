import { CompiledQuery, sql } from 'kysely';
import { assert, Fault } from '#base';
import { fault } from '#host';
import type { NewEvent, Writer } from './model.ts';
import type { Engine } from './schema.ts';
import type { Changed, ChangeRequest, Store, Tx } from './store.ts';
import { toStoreFault } from './store-faults.ts';

/** See `Store.change`. */
export async function change<A>(
  store: Pick<Store, 'db' | 'engine' | 'now'>,
  request: ChangeRequest,
  body: (tx: Tx, at: number) => Promise<Changed<A>>,
): Promise<A> {
  const point = request.point ?? 'change';
  fault(`${point}.before`);
  try {
    // The store's one connection is taken by the transaction, so the moment is asked before it.
    const at = await store.now();
    const answer = await store.db.transaction().execute(async (tx) => {
      if (store.engine === 'postgres') await takeTurn(tx);
      await refuseStaleSession(tx, request);
      const before = await countWrites(tx, store.engine);
      const changed = await body(tx, at);
      const isSilent = changed.events.length === 0 && (await countWrites(tx, store.engine)) !== before;
      assert(!isSilent, `the change "${point}" of ${request.actor} wrote rows without an event (S8)`);
      await writeEvents(tx, request, at, changed.events);
      fault(`${point}.inside`);
      return changed.answer;
    });
    fault(`${point}.after`);
    return answer;
  } catch (error) {
    throw toStoreFault(error);
  }
}

/** One writer at a time on PostgreSQL too, so that `seq` order is commit order (S1). */
async function takeTurn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(current_schema() || '.baton'))`.execute(tx);
}

/** A write from a session that is not its agent's current one is refused (S3): its life is over, whatever its process still does. */
async function refuseStaleSession(tx: Tx, writer: Writer): Promise<void> {
  if (writer.session === undefined) return;
  const session = await tx.selectFrom('sessions').select(['agent', 'generation', 'ended_at', 'end_reason']).where('id', '=', writer.session).executeTakeFirst();
  if (session === undefined)
    throw new Fault('not-found', `this town has no session "${writer.session}"`, { hint: 'BATON_SESSION names a session of another town; unset it' });
  if (session.ended_at === null) return;
  const current = await tx
    .selectFrom('sessions')
    .select('generation')
    .where('agent', '=', session.agent)
    .where('generation', '>', session.generation)
    .orderBy('generation', 'desc')
    .executeTakeFirst();
  const details = { session: writer.session, agent: session.agent, isReplaced: true };
  if (current !== undefined)
    throw new Fault('conflict', `you were replaced by generation ${current.generation}; stop`, {
      hint: 'leave everything as it is: your successor has the work',
      details,
    });
  throw new Fault('conflict', `your session has ended (${session.end_reason}); stop`, { hint: 'leave everything as it is: the work is kept', details });
}

const writeCounts: Readonly<Record<Engine, CompiledQuery<{ count: number }>>> = {
  sqlite: CompiledQuery.raw('select total_changes() as count'),
  postgres: CompiledQuery.raw('select case when pg_current_xact_id_if_assigned() is null then 0 else 1 end as count'),
};

/** A number that grows with every row written in this transaction. */
async function countWrites(tx: Tx, engine: Engine): Promise<number> {
  const { rows } = await tx.executeQuery(writeCounts[engine]);
  return rows[0]?.count ?? 0;
}

async function writeEvents(tx: Tx, writer: Writer, at: number, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    at,
    type: event.type,
    actor: writer.actor,
    session: writer.session ?? null,
    agent: event.agent ?? null,
    rig: event.rig ?? null,
    bead: event.bead ?? null,
    payload: JSON.stringify(event.payload ?? {}),
  }));
  await tx.insertInto('events').values(rows).execute();
}
