import { type Chance, type Clock, Fault, isFault } from '#base';
import { type HandoffDocument, renderDocument } from '#context';
import type { Git } from '#git';
import { addLateNote, endSessionRow, findEndOf, findLiveSession, getSession, openSessionRow, type EndReason, type Session, writeHandoffRow } from '#sessions';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { noteBeadRow } from '#work';
import { type Agent, getAgent } from '#town';
import { composeDocument } from './capture.ts';
import { captureState } from './capture-state.ts';

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
}

/**
 * - `handed-off`: the life ended by the record and the next generation is opened where one is wanted; the daemon does the rest.
 * - `notes-added`: this session had handed off before; what it says now is kept for the successor.
 */
export type HandoffAnswer =
  | { kind: 'handed-off'; handoff: string; from: { session: string; generation: number }; to: { session: string; generation: number } | undefined; document: string; preservedRef: string | undefined }
  | { kind: 'notes-added'; handoff: string; session: string };

/**
 * Hands an agent's work to its next generation: prepare (no row changes, repeatable), then one commit after which nothing depends on the caller
 * being alive (H1, H2). Asked from the agent's own session, or by anybody else for it.
 */
export async function handOff(deps: HandoffDeps, request: HandoffRequest): Promise<HandoffAnswer> {
  const agent = await getAgent(deps.store.db, request.agent);
  const session = await findEndingSession(deps, agent);
  if (session.endedAt !== undefined) return addNotes(deps, session, request);
  const prepared = await prepareEnd(deps, { agent, session, reason: request.reason, notes: request.notes });
  try {
    return await commitHandoff(deps, { agent, session, request, prepared });
  } catch (error) {
    if (!isReplaced(error)) throw error;
    return addNotes(deps, session, request);
  }
}

/** The document that a handoff would write now. Changes nothing at all (H5 `--dry-run`). */
export async function previewHandoff(deps: HandoffDeps, request: HandoffRequest): Promise<{ agent: string; session: string; subject: string; document: string }> {
  const agent = await getAgent(deps.store.db, request.agent);
  const session = await findEndingSession(deps, agent);
  const capture = await captureState(deps, { agent, session, preserve: false });
  return { agent: agent.address, session: session.id, subject: chooseSubject(request, capture.bead), document: renderDocument(composeDocument(capture, request)) };
}

/** What was captured before the commit: the document whole, and the ref under which the tree is preserved. */
export interface PreparedEnd {
  readonly document: string;
  readonly subject: string;
  readonly writtenBy: 'agent' | 'code';
  readonly preservedRef: string | undefined;
  readonly bead: string | undefined;
}

/** Prepare (H2): snapshot and capture. Writes no row, and may be done again. `screen` is what the program last showed. */
export async function prepareEnd(deps: HandoffDeps, end: { agent: Agent; session: Session; reason: string; notes: string; subject?: string; screen?: string }): Promise<PreparedEnd> {
  const capture = await captureState(deps, { agent: end.agent, session: end.session, preserve: true, screen: end.screen });
  const document: HandoffDocument = composeDocument(capture, end);
  return {
    document: renderDocument(document),
    subject: chooseSubject({ subject: end.subject ?? '' }, capture.bead),
    writtenBy: end.notes.trim() === '' ? 'code' : 'agent',
    preservedRef: capture.git?.preservedRef,
    bead: capture.bead?.id,
  };
}

/** How a life ends in `commitEndRows`; `endedAt` is a death's own moment. */
export interface EndCommit {
  readonly agent: Agent;
  readonly session: Session;
  readonly reason: EndReason;
  readonly isPlanned: boolean;
  readonly endedAt: number;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly prepared: PreparedEnd;
  readonly subject: string;
  readonly why: string;
  readonly opensSuccessor: boolean;
}

/**
 * The commit of every end that leaves a document (H1, H2): handoff row, note on the hooked bead, the life ended, the successor opened. Answers
 * `undefined` as handoff where the session had ended meanwhile: the first end stands.
 */
export async function commitEndRows(deps: { chance: Chance }, tx: Tx, at: number, end: EndCommit): Promise<{ handoff: string | undefined; successor: { session: string; generation: number } | undefined; events: NewEvent[] }> {
  const { session, agent, prepared } = end;
  const ended = await endSessionRow(tx, { session: session.id, reason: end.reason, at: end.endedAt, evidence: end.evidence });
  if (!ended.isEnded) return { handoff: undefined, successor: undefined, events: [] };
  const handoff = await writeHandoffRow(deps, tx, at, {
    kind: 'end',
    isPlanned: end.isPlanned,
    reason: end.why,
    sourceSession: session.id,
    targetAgent: agent.address,
    subject: end.subject,
    document: prepared.document,
    writtenBy: prepared.writtenBy,
    preservedRef: prepared.preservedRef,
  });
  const events: NewEvent[] = [...ended.events, { type: 'handoff', agent: agent.address, rig: agent.rig, bead: prepared.bead, payload: { handoff, from: session.id, subject: end.subject, reason: end.why, isPlanned: end.isPlanned, preserved: prepared.preservedRef ?? null } }];
  if (prepared.bead !== undefined) {
    const by = { actor: agent.address, session: session.id };
    events.push(...(await noteBeadRow(tx, at, { beadId: prepared.bead, by, body: `Generation ${session.generation} ended (${end.why}): ${end.subject}` })).events);
  }
  if (!end.opensSuccessor) return { handoff, successor: undefined, events };
  const next = await openSessionRow(deps, tx, at, { agent: agent.address, runtime: session.runtime, host: session.host, launch: { ...session.launch, topic: 'handoff', sender: 'self' }, predecessor: session.id });
  return { handoff, successor: { session: next.id, generation: next.generation }, events: [...events, ...next.events] };
}

async function commitHandoff(deps: HandoffDeps, { agent, session, request, prepared }: { agent: Agent; session: Session; request: HandoffRequest; prepared: PreparedEnd }): Promise<HandoffAnswer> {
  const subject = request.subject.trim() === '' ? prepared.subject : request.subject.trim();
  return deps.store.change<HandoffAnswer>({ ...deps.by, point: 'handoff.commit' }, async (tx, at) => {
    const now = await getAgent(tx, agent.address);
    const end: EndCommit = { agent, session, reason: 'handoff', isPlanned: true, endedAt: at, evidence: { why: request.reason, by: deps.by.actor }, prepared, subject, why: request.reason, opensSuccessor: now.desired === 'running' };
    const done = await commitEndRows(deps, tx, at, end);
    if (done.handoff === undefined) throw new Fault('conflict', `session "${session.id}" has ended meanwhile`, { details: { isReplaced: true } });
    const answer: HandoffAnswer = { kind: 'handed-off', handoff: done.handoff, from: { session: session.id, generation: session.generation }, to: done.successor, document: prepared.document, preservedRef: prepared.preservedRef };
    return { answer, events: done.events };
  });
}

/** The caller's own session where it is the agent's, also one that has ended; else the agent's live one. */
async function findEndingSession({ store, by }: HandoffDeps, agent: Agent): Promise<Session> {
  if (by.session !== undefined && by.actor === agent.address) return getSession(store.db, by.session);
  const live = await findLiveSession(store.db, agent.address);
  if (live !== undefined) return live;
  throw new Fault('not-found', `"${agent.address}" has no session that could hand off`, { hint: `start it first: \`baton attach ${agent.address}\`` });
}

async function addNotes(deps: HandoffDeps, session: Session, request: HandoffRequest): Promise<HandoffAnswer> {
  const end = await findEndOf(deps.store.db, session.id);
  if (end === undefined) throw new Fault('conflict', `your session has ended (${session.endReason ?? 'replaced'}); stop`, { hint: 'leave everything as it is: the work is kept' });
  const body = [request.subject, request.notes].map((text) => text.trim()).filter((text) => text !== '').join('\n');
  if (body !== '') await addLateNote(deps, { handoff: end.id, session: session.id, agent: session.agent, body });
  return { kind: 'notes-added', handoff: end.id, session: session.id };
}

function chooseSubject({ subject }: { subject: string }, bead: { id: string; title: string } | undefined): string {
  if (subject.trim() !== '') return subject.trim();
  return bead === undefined ? 'Handoff' : `${bead.id}: ${bead.title}`;
}

function isReplaced(error: unknown): boolean {
  return isFault(error, 'conflict') && error.details?.isReplaced === true;
}

