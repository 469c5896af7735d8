import { Fault } from '#base';
import { getSession, type Session, writeHandoffRow } from '#sessions';
import { type Agent, getAgent } from '#town';
import { findEnding } from './find-ending.ts';
import type { HandoffDeps, HandoffRequest } from './hand-off.ts';
import { prepareEnd } from './prepare-end.ts';

/** What was saved; the session works on. `document` is whole: it starts from the saves before it. */
export interface Saved {
  readonly kind: 'saved';
  readonly handoff: string;
  readonly session: string;
  readonly document: string;
  readonly preservedRef: string | undefined;
}

/**
 * Saves what a session knows now without ending it (H5 `--auto`): a document from what is there, what is not committed preserved, any number of
 * times. Faults: `not-found` without a session, `conflict` where it has ended.
 */
export async function saveHandoff(deps: HandoffDeps, request: HandoffRequest): Promise<Saved> {
  const agent = await getAgent(deps.store.db, request.agent);
  return saveSession(deps, { agent, session: await findEnding(deps, agent), request });
}

/** The same for a session that the caller has found. */
export async function saveSession(deps: HandoffDeps, { agent, session, request }: { agent: Agent; session: Session; request: HandoffRequest }): Promise<Saved> {
  refuseEnded(session);
  const prepared = await prepareEnd(deps, { ...request, agent, session }, 'record', 'Saved');
  return deps.store.change({ ...deps.by, point: 'handoff.save' }, async (tx, at) => {
    refuseEnded(await getSession(tx, session.id));
    const handoff = await writeHandoffRow(deps, tx, at, {
      kind: 'save',
      isPlanned: true,
      reason: request.reason,
      sourceSession: session.id,
      targetAgent: undefined,
      ...prepared,
      evidence: { by: deps.by.actor, ...request.evidence },
    });
    const payload = { handoff, from: session.id, subject: prepared.subject, reason: request.reason, preserved: prepared.preservedRef ?? null };
    const event = { type: 'handoff_saved', agent: agent.address, rig: agent.rig, bead: prepared.bead, payload };
    return {
      answer: { kind: 'saved', handoff, session: session.id, document: prepared.document, preservedRef: prepared.preservedRef },
      events: [event],
    };
  });
}

function refuseEnded({ id, endReason }: Session): void {
  if (endReason === undefined) return;
  throw new Fault('conflict', `session "${id}" has ended (${endReason}); there is nothing to save`, { hint: '`baton sessions show` tells what it left' });
}
