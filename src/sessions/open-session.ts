import { type Chance, Fault, newSessionId } from '#base';
import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { StartWords } from './model.ts';

/** What a new life begins with. `predecessor` is the session it goes on from, if any. */
export interface NewSession {
  readonly agent: string;
  readonly runtime: string;
  readonly host: string;
  readonly launch: StartWords;
  readonly predecessor?: string | undefined;
  /** Why it is opened, with the facts that ask for it. */
  readonly why: Readonly<Record<string, unknown>>;
}

/** Opens the next generation of an agent inside a change (H2). Fault `conflict` where one is unended: there is one at a time (S4, L3). */
export async function openSessionRow(
  { chance }: { chance: Chance },
  tx: Tx,
  at: number,
  request: NewSession,
): Promise<{ id: string; generation: number; events: NewEvent[] }> {
  const newest = await tx
    .selectFrom('sessions')
    .select(['id', 'generation', 'ended_at'])
    .where('agent', '=', request.agent)
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest?.ended_at === null) throw isOpenAlready(request.agent, newest);
  const generation = (newest?.generation ?? 0) + 1;
  const id = newSessionId(chance);
  const hooked = await tx.selectFrom('beads').select('id').where('hooked_by', '=', request.agent).executeTakeFirst();
  await tx
    .insertInto('sessions')
    .values({
      id,
      agent: request.agent,
      generation,
      predecessor: request.predecessor ?? null,
      runtime: request.runtime,
      host: request.host,
      launch: JSON.stringify(request.launch),
      created_at: at,
      bead: hooked?.id ?? null,
      opened_why: JSON.stringify(request.why),
    })
    .execute();
  const payload = {
    session: id,
    generation,
    runtime: request.runtime,
    topic: request.launch.topic,
    predecessor: request.predecessor ?? null,
    why: request.why,
  };
  return { id, generation, events: [{ type: 'session_opened', agent: request.agent, payload }] };
}

function isOpenAlready(agent: string, { id, generation }: { id: string; generation: number }): Fault {
  return new Fault('conflict', `"${agent}" has a session already: "${id}", generation ${generation}`, {
    hint: 'it is ended first, or handed off with `baton handoff`',
    details: { session: id, generation },
  });
}
