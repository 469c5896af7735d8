import { type Chance, newSessionId } from '#base';
import type { NewEvent } from '#store/model';
import type { Tx } from '#store';
import type { StartWords } from './model.ts';

/** What a new life begins with. `predecessor` is the session it goes on from, if any. */
export interface NewSession {
  readonly agent: string;
  readonly runtime: string;
  readonly host: string;
  readonly launch: StartWords;
  readonly predecessor?: string | undefined;
}

/** Opens the next generation of an agent inside a change (H2). The schema refuses a second unended session of one agent (S4). */
export async function openSessionRow({ chance }: { chance: Chance }, tx: Tx, at: number, request: NewSession): Promise<{ id: string; generation: number; events: NewEvent[] }> {
  const newest = await tx.selectFrom('sessions').select('generation').where('agent', '=', request.agent).orderBy('generation', 'desc').limit(1).executeTakeFirst();
  const generation = (newest?.generation ?? 0) + 1;
  const id = newSessionId(chance);
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
    })
    .execute();
  const payload = { session: id, generation, runtime: request.runtime, topic: request.launch.topic, predecessor: request.predecessor ?? null };
  return { id, generation, events: [{ type: 'session_opened', agent: request.agent, payload }] };
}
