import { type Chance, type Clock, Fault, isFault } from '#base';
import type { Git } from '#git';
import { openSessionRow, planSuccessor, type Session } from '#sessions';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, getAgent } from '#town';
import { answerAgain } from './answer-again.ts';
import { commitEndRows } from './commit-end.ts';
import { findEnding } from './find-ending.ts';
import { type PreparedEnd, prepareEnd } from './prepare-end.ts';

export interface HandoffDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly git: Git;
  readonly by: Writer;
}

/** Who hands off, and with which words. A command writes `subject` and `notes`; without either the document is code's alone. */
export interface HandoffRequest {
  readonly agent: string;
  readonly subject: string;
  readonly notes: string;
  /** Why, for people: `asked`, `context 87 %`, `remote by overseer`. */
  readonly reason: string;
  /** The facts that ask for it, beside the reason (`baton why`). */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** A life by its session and its number in the agent's line. */
interface Life {
  readonly session: string;
  readonly generation: number;
}

/**
 * - `handed-off`: the life ended by the record and the next generation is opened where one is wanted; the daemon does the rest.
 * - `notes-added`: this session had handed off before; what it says now is kept for the successor.
 * - `already`: it had, and this says nothing that was not said.
 * - `too-late`: it had, and was replaced before this was said: nothing of it is kept (H3).
 */
export type HandoffAnswer =
  | {
      readonly kind: 'handed-off';
      readonly handoff: string;
      readonly from: Life;
      readonly to: Life | undefined;
      readonly document: string;
      readonly preservedRef: string | undefined;
    }
  | { readonly kind: 'notes-added'; readonly handoff: string; readonly session: string }
  | { readonly kind: 'already'; readonly handoff: string; readonly session: string }
  | { readonly kind: 'too-late'; readonly handoff: string; readonly session: string };

/**
 * Hands an agent's work to its next generation: prepare (no row changes, repeatable), then one commit after which nothing depends on the caller
 * being alive (H1, H2). Asked from the agent's own session, or by anybody else for it. Faults: `not-found` without a session, `conflict` where it
 * ended without a document.
 */
export async function handOff(deps: HandoffDeps, request: HandoffRequest): Promise<HandoffAnswer> {
  const agent = await getAgent(deps.store.db, request.agent);
  const session = await findEnding(deps, agent);
  if (session.endedAt !== undefined) return answerAgain(deps, session.id, request);
  const prepared = await prepareEnd(deps, { ...request, agent, session }, { preserve: true });
  try {
    return await commitHandoff(deps, { agent, session, prepared, why: request.reason, evidence: request.evidence ?? {} });
  } catch (error) {
    if (!isReplaced(error)) throw error;
    return answerAgain(deps, session.id, request);
  }
}

interface Handing {
  readonly agent: Agent;
  readonly session: Session;
  readonly prepared: PreparedEnd;
  readonly why: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

async function commitHandoff(deps: HandoffDeps, { agent, session, prepared, why, evidence: facts }: Handing): Promise<HandoffAnswer> {
  return deps.store.change<HandoffAnswer>({ ...deps.by, point: 'handoff.commit' }, async (tx, at) => {
    const evidence = { ...facts, why, by: deps.by.actor };
    const end = { agent, session, reason: 'handoff' as const, isPlanned: true, endedAt: at, evidence, prepared, why };
    const { handoff, events } = await commitEndRows(deps, tx, at, end);
    if (handoff === undefined) throw new Fault('conflict', `session "${session.id}" has ended meanwhile`, { details: { isReplaced: true } });
    const successor = await openSuccessor(deps, tx, at, { session, handoff, why });
    const from = { session: session.id, generation: session.generation };
    const answer: HandoffAnswer = {
      kind: 'handed-off',
      handoff,
      from,
      to: successor?.life,
      document: prepared.document,
      preservedRef: prepared.preservedRef,
    };
    return { answer, events: [...events, ...(successor?.events ?? [])] };
  });
}

/** Generation + 1, where the agent is to run; its beacon names whoever wanted the handoff (L6). */
async function openSuccessor(
  deps: HandoffDeps,
  tx: Tx,
  at: number,
  { session, handoff, why: reason }: { session: Session; handoff: string; why: string },
): Promise<{ life: Life; events: NewEvent[] } | undefined> {
  const agent = await getAgent(tx, session.agent);
  if (agent.desired !== 'running') return undefined;
  const isRemote = deps.by.actor !== agent.address && deps.by.actor !== 'daemon';
  const plan = planSuccessor(session, agent.startOrder, { topic: 'handoff', sender: isRemote ? deps.by.actor : 'self' });
  const why = { kind: 'handoff', handoff, reason };
  const opened = await openSessionRow(deps, tx, at, { agent: agent.address, host: session.host, predecessor: session.id, why, ...plan });
  return { life: { session: opened.id, generation: opened.generation }, events: opened.events };
}

function isReplaced(error: unknown): boolean {
  return isFault(error, 'conflict') && error.details?.isReplaced === true;
}
