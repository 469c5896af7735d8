import { type Chance, type Clock, Fault, isFault } from '#base';
import type { Settings } from '#config';
import type { Git } from '#git';
import { escalate } from '#mail';
import { findSpentBudget, getSession, markReceiptRow, openSessionRow, planSuccessor, type Session } from '#sessions';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, getAgent, getAgentForNow } from '#town';
import { answerAgain } from './answer-again.ts';
import { commitEndRows } from './commit-end.ts';
import { findEnding } from './find-ending.ts';
import { type HandoffJudgement, judgeHandoff } from './judge-handoff.ts';
import { noticeWitness } from './notice-witness.ts';
import { type PreparedEnd, prepareEnd } from './prepare-end.ts';
import { saveSession } from './save-handoff.ts';

export interface HandoffDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly git: Git;
  readonly settings: Settings;
  readonly by: Writer;
}

/** Who hands off, and with which words. A command writes `subject` and `notes`; without either the document is code's alone. */
export interface HandoffRequest {
  readonly agent: string;
  /** The one that is meant, where what asks for it was seen of a session: another that lives by now is let be (V3). */
  readonly session?: string | undefined;
  readonly subject: string;
  readonly notes: string;
  /** Why, for people: `asked`, `context 87 %`, `remote by overseer`. */
  readonly reason: string;
  /** Everything around the work is captured too (`--collect`). */
  readonly isCollected?: boolean | undefined;
  /** The successor goes on with the predecessor's conversation (`--cycle`); where there is none to go on with, all is saved and the session lives on. */
  readonly isContinued?: boolean | undefined;
  /** Measured context asks for it: no cool-down (H8). */
  readonly isMeasured?: boolean | undefined;
  /** It repairs something: neither cool-down nor loop holds it back. Whoever is not the agent itself or the daemon orders anyway. */
  readonly isOrdered?: boolean | undefined;
  /** The document whose successor is restarted because no turn began with it (H7). */
  readonly receiptOf?: string | undefined;
  /** The facts that asked for it (`baton why`). */
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
}

/** A life by its session and its number in the agent's line. */
interface Life {
  readonly session: string;
  readonly generation: number;
}

/**
 * - `handed-off`: the life ended by the record and the next generation is opened where one is wanted; the daemon does the rest. `isResumed`: it goes
 *   on with the same conversation. `warnings` tell of work that lies nowhere but in the worktree.
 * - `saved`: there was no conversation to go on with, so all is saved and the session lives on.
 * - `notes-added`: this session had handed off before; what it says now is kept for the successor.
 * - `already`: it had, and either this says nothing that was not said, or it was replaced meanwhile and the words were brought to its successor as a
 *   late note (H3).
 * - `cooling-down`, `looping`: it is not replaced now (H8); what was said is kept as a save, and all is where it was to go on with its conversation.
 */
export type HandoffAnswer =
  | {
      readonly kind: 'handed-off';
      readonly handoff: string;
      readonly from: Life;
      readonly to: Life | undefined;
      readonly document: string;
      readonly preservedRef: string | undefined;
      readonly isResumed: boolean;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'saved'; readonly handoff: string; readonly session: string; readonly document: string; readonly preservedRef: string | undefined }
  | { readonly kind: 'notes-added'; readonly handoff: string; readonly session: string }
  | { readonly kind: 'already'; readonly handoff: string; readonly session: string; readonly words: 'nothing-new' | 'brought' }
  | { readonly kind: 'cooling-down'; readonly handoff: string | undefined; readonly session: string; readonly untilAt: number }
  | { readonly kind: 'looping'; readonly handoff: string | undefined; readonly session: string; readonly escalation: string };

/**
 * Hands an agent's work to its next generation: prepare (no row changes, repeatable), then one commit after which nothing depends on the caller
 * being alive (H1, H2). Asked from the agent's own session, or by anybody else for it. Faults: `not-found` without a session, `conflict` where it
 * ended without a document.
 */
export async function handOff(deps: HandoffDeps, request: HandoffRequest): Promise<HandoffAnswer> {
  const agent = await getAgent(deps.store.db, request.agent);
  const session = await findEnding(deps, agent);
  const meant = request.session ?? session.id;
  if (session.endedAt !== undefined || session.id !== meant) return answerAgain(deps, meant, request);
  if (request.isContinued === true && !canGoOn(session)) return saveSession(deps, { agent, session, request });
  const judged = await judgeHandoff(deps, { agent, session, isOrdered: isOrdered(deps, agent, request), isMeasured: request.isMeasured === true });
  if (judged.kind !== 'go') return holdBack(deps, { agent, session, request, judged });
  const prepared = await prepareEnd(deps, { ...request, agent, session }, 'end');
  try {
    return await commitHandoff(deps, { agent, session, prepared, request });
  } catch (error) {
    // The caller's own session may be the one that was replaced: then that is what it is told.
    if (!isReplaced(error) || (await getSession(deps.store.db, session.id)).endedAt === undefined) throw error;
    return answerAgain(deps, session.id, request);
  }
}

/** A conversation that its runtime has named, in a pane of ours. */
function canGoOn({ conversation, isAdopted }: Session): boolean {
  return conversation !== undefined && !isAdopted;
}

function isOrdered({ by }: HandoffDeps, agent: Agent, request: HandoffRequest): boolean {
  return request.isOrdered === true || (by.actor !== agent.address && by.actor !== 'daemon');
}

interface Held {
  readonly agent: Agent;
  readonly session: Session;
  readonly request: HandoffRequest;
  readonly judged: Exclude<HandoffJudgement, { kind: 'go' }>;
}

/** Not now (H8): the words are saved, so that none is lost, and before a compaction all is; a loop is told to a person, once. */
async function holdBack(deps: HandoffDeps, { agent, session, request, judged }: Held): Promise<HandoffAnswer> {
  const isSaved = request.isContinued === true || request.subject.trim() !== '' || request.notes.trim() !== '';
  const handoff = isSaved ? (await saveSession(deps, { agent, session, request })).handoff : undefined;
  if (judged.kind === 'cooling-down') return { ...judged, handoff, session: session.id };
  const { escalation } = await escalate(
    { ...deps, by: { actor: 'daemon' } },
    {
      severity: 'high',
      target: 'mayor',
      agent: agent.address,
      incident: `loop:${agent.address}`,
      text: `${agent.address} was about to be handed off for the third time in a row without a step, a commit or a turn of work in between (${request.reason}); it is not replaced any more until it brings something on, or after \`baton agent reset ${agent.address}\``,
    },
  );
  return { kind: 'looping', handoff, session: session.id, escalation: escalation.id };
}

interface Handing {
  readonly agent: Agent;
  readonly session: Session;
  readonly prepared: PreparedEnd;
  readonly request: HandoffRequest;
}

async function commitHandoff(deps: HandoffDeps, handing: Handing): Promise<HandoffAnswer> {
  const { agent, session, prepared, request } = handing;
  return deps.store.change<HandoffAnswer>({ ...deps.by, point: 'handoff.commit' }, async (tx, at) => {
    const evidence = { ...request.evidence, why: request.reason, by: deps.by.actor, ...(request.isOrdered === true ? { isOrdered: true } : {}) };
    const end = { agent, session, reason: 'handoff' as const, isPlanned: true, endedAt: at, evidence, prepared, why: request.reason };
    const { handoff, events } = await commitEndRows(deps, tx, at, end);
    if (handoff === undefined) throw new Fault('conflict', `session "${session.id}" has ended meanwhile`, { details: { isReplaced: true } });
    const successor = await openSuccessor(deps, tx, at, handing, handoff);
    if (request.receiptOf !== undefined) await markReceiptRow(tx, at, { handoff: request.receiptOf, what: 'restarted' });
    const told = await noticeWitness(deps, tx, at, { agent, session, to: successor?.life.generation, subject: prepared.subject, reason: request.reason });
    const answer: HandoffAnswer = {
      kind: 'handed-off',
      handoff,
      from: { session: session.id, generation: session.generation },
      to: successor?.life,
      document: prepared.document,
      preservedRef: prepared.preservedRef,
      isResumed: successor?.isResumed === true,
      warnings: prepared.warnings,
    };
    return { answer, events: [...events, ...(successor?.events ?? []), ...told] };
  });
}

/** Generation + 1, where the agent is to run; its beacon names whoever wanted the handoff (L6). */
async function openSuccessor(
  deps: HandoffDeps,
  tx: Tx,
  at: number,
  { session, request, prepared }: Handing,
  handoff: string,
): Promise<{ life: Life; isResumed: boolean; events: NewEvent[] } | undefined> {
  const agent = await getAgentForNow(tx, session.agent);
  if (agent.desired !== 'running') return undefined;
  // Over a budget the work is handed over to nobody: the supervisor holds the agent, and a person is told (R3).
  const about = { agent: agent.address, rig: agent.rig, bead: prepared.bead, now: at };
  if ((await findSpentBudget(tx, deps.settings, about)) !== undefined) return undefined;
  const isRemote = deps.by.actor !== agent.address && deps.by.actor !== 'daemon';
  const resume = request.isContinued === true ? session.conversation : undefined;
  const plan = planSuccessor(session, agent.startOrder, { topic: 'handoff', sender: isRemote ? deps.by.actor : 'self' }, resume);
  const why = { kind: 'handoff', handoff, reason: request.reason };
  const opened = await openSessionRow(deps, tx, at, { agent: agent.address, host: session.host, predecessor: session.id, why, ...plan });
  return { life: { session: opened.id, generation: opened.generation }, isResumed: plan.launch.resume !== undefined, events: opened.events };
}

function isReplaced(error: unknown): boolean {
  return isFault(error, 'conflict') && error.details?.isReplaced === true;
}
