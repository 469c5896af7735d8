import { assert } from '#base';
import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import { deathReasons, type EndReason } from './model.ts';

/** How a life ends: the reason, the moment (a death has its own, V2), and what showed it. */
export interface SessionEnd {
  readonly session: string;
  readonly reason: EndReason;
  readonly at: number;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * Ends a session's life in the record, inside a change. Its processes are ended afterwards by the daemon, which sets `gone_at`. Answers no
 * events where it had ended before: the first reason stands.
 */
export async function endSessionRow(tx: Tx, end: SessionEnd): Promise<{ isEnded: boolean; events: NewEvent[] }> {
  const session = await tx.selectFrom('sessions').select(['agent', 'generation', 'ended_at']).where('id', '=', end.session).executeTakeFirst();
  assert(session !== undefined, `session ${end.session} is in the store`);
  if (session.ended_at !== null) return { isEnded: false, events: [] };
  await tx
    .updateTable('sessions')
    .set({ ended_at: end.at, end_reason: end.reason, end_evidence: JSON.stringify(end.evidence) })
    .where('id', '=', end.session)
    .execute();
  const isDeath = deathReasons.includes(end.reason);
  const payload = { session: end.session, generation: session.generation, reason: end.reason, evidence: end.evidence };
  return { isEnded: true, events: [{ type: isDeath ? 'session_death' : 'session_end', agent: session.agent, payload }] };
}
