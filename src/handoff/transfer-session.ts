import { Fault, formatMoment, shorten } from '#base';
import { renderDocument } from '#context';
import { findEndOf, findNewestSave, getSession, type Session, writeHandoffRow } from '#sessions';
import type { Tx } from '#store';
import { getAgent } from '#town';
import { composeDocument } from './capture.ts';
import { captureState } from './capture-state.ts';
import type { HandoffDeps } from './hand-off.ts';

/** What a session gives, and to whom: a session, an agent (whoever plays it next), or nobody yet. */
export interface TransferRequest {
  readonly session: string;
  readonly into?: string | undefined;
  readonly agent?: string | undefined;
  readonly goal: string;
}

export interface Transferred {
  readonly kind: 'transferred';
  readonly handoff: string;
  readonly session: string;
  readonly intoSession: string | undefined;
  readonly toAgent: string | undefined;
  readonly document: string;
}

/**
 * Captures what a session knows and records it for another (H11). It ends nobody: the source works on, and the target keeps all that it had. Faults:
 * `invalid` for two targets, `not-found` for one that is unknown, `conflict` into itself or into a session that has ended.
 */
export async function transferSession(deps: HandoffDeps, request: TransferRequest): Promise<Transferred> {
  if (request.into !== undefined && request.agent !== undefined)
    throw new Fault('invalid', 'a transfer goes into a session or to an agent, not both', { hint: 'say --into SESSION or --agent NAME' });
  const { db } = deps.store;
  const source = await getSession(db, request.session);
  const into = request.into === undefined ? undefined : await getSession(db, request.into);
  const toAgent = request.agent === undefined ? undefined : (await getAgent(db, request.agent)).address;
  refuseItself(source, into, toAgent);
  const document = await writeDocument(deps, source, request.goal);
  return deps.store.change({ ...deps.by, point: 'transfer.commit' }, async (tx, at) => {
    if (into !== undefined) await refuseEnded(tx, into.id);
    const handoff = await writeHandoffRow(deps, tx, at, {
      kind: 'transfer',
      isPlanned: true,
      reason: `transfer by ${deps.by.actor}`,
      sourceSession: source.id,
      targetSession: into?.id,
      targetAgent: toAgent,
      subject: shorten(request.goal, 200) || `What ${source.agent} knows`,
      document,
      writtenBy: 'code',
      preservedRef: undefined,
      evidence: { by: deps.by.actor },
    });
    const payload = { handoff, from: source.id, into: into?.id ?? null, to: toAgent ?? null, goal: shorten(request.goal, 200) };
    const event = { type: 'handoff_transferred', agent: into?.agent ?? toAgent ?? source.agent, payload };
    return { answer: { kind: 'transferred', handoff, session: source.id, intoSession: into?.id, toAgent, document }, events: [event] };
  });
}

function refuseItself(source: Session, into: Session | undefined, toAgent: string | undefined): void {
  if (into?.id !== source.id && toAgent !== source.agent) return;
  throw new Fault('conflict', `"${into?.id ?? toAgent ?? ''}" is where it comes from: a session can't be transferred into itself`, {
    hint: 'name another; `baton handoff` gives the work to the next generation',
  });
}

async function refuseEnded(tx: Tx, id: string): Promise<void> {
  const { endReason, agent } = await getSession(tx, id);
  if (endReason === undefined) return;
  throw new Fault('conflict', `session "${id}" has ended (${endReason}); nobody would read it there`, { hint: `give it to its agent: --agent ${agent}` });
}

/** Of one that lives what is there now; of one that has ended what it left. Either says whose it is, for the target has its own. */
async function writeDocument(deps: HandoffDeps, source: Session, goal: string): Promise<string> {
  const whose = `Transferred from ${source.id} (${source.agent}, generation ${source.generation}) at ${formatMoment(deps.clock.now())}.`;
  const words = goal.trim() === '' ? '' : `Goal: ${shorten(goal, 600)}`;
  const end = await findEndOf(deps.store.db, source.id);
  if (end !== undefined) return end.document.replace('## Goal\n', `## Goal\n${[words, whose].filter(Boolean).join('\n')}\n`);
  const agent = await getAgent(deps.store.db, source.agent);
  const capture = await captureState(deps, { agent, session: source, preserve: false, isCollected: false, isRecovery: true });
  const saved = await findNewestSave(deps.store.db, source.id);
  const document = composeDocument(capture, { head: whose, notes: saved?.notes ?? '' });
  return renderDocument({ ...document, Goal: [words, document.Goal].filter(Boolean).join('\n') });
}
