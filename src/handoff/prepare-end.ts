import { shorten } from '#base';
import { mergeNotes, renderDocument } from '#context';
import { findNewestSave, type Session } from '#sessions';
import type { Agent } from '#town';
import { type Capture, composeDocument, composeRecovery, describeEnding } from './capture.ts';
import { type CaptureDeps, captureState } from './capture-state.ts';
import { type KeptWork, keepWork } from './keep-work.ts';

const subjectLengthMax = 200;

/** The reason of a save that its agent was asked for before a planned end: the document of that end is the agent's own (C5). */
export const askedReason = 'asked before its end';

/** An end that is to be written: why, in which words, and what its program last showed. Without notes the document is code's alone. */
export interface EndToPrepare {
  readonly agent: Agent;
  readonly session: Session;
  readonly reason: string;
  readonly subject: string;
  readonly notes: string;
  readonly screen?: string | undefined;
  readonly isCollected?: boolean | undefined;
}

/**
 * How an end is prepared. `end`: preserved, and by policy committed (the session is handed off). `record`: preserved only (it died, was stopped, or
 * lives on). `look`: nothing at all is written.
 */
export type Preparing = 'end' | 'record' | 'look';

/** What was captured before the commit: the document whole, and the ref under which the tree is preserved. */
export interface PreparedEnd {
  readonly document: string;
  readonly subject: string;
  /** What its author wrote, with what the session's saves say: a later document starts from it. */
  readonly notes: string;
  readonly writtenBy: 'agent' | 'code';
  readonly preservedRef: string | undefined;
  readonly bead: string | undefined;
  /** Commits of the session: progress, where it died (R1). */
  readonly commitCount: number;
  readonly wip: KeptWork['wip'];
  /** What a person should know of work that lies nowhere but in this worktree. */
  readonly warnings: readonly string[];
}

/** Prepare (H2): snapshot, WIP commit, capture, document, which starts from the session's newest save (H5). Writes no row, and may be done again. */
export async function prepareEnd(deps: CaptureDeps, end: EndToPrepare, preparing: Preparing, what?: 'Saved'): Promise<PreparedEnd> {
  const saved = await findNewestSave(deps.store.db, end.session.id);
  const isWritten = end.notes.trim() !== '' || saved?.reason === askedReason;
  const notes = saved === undefined || saved.notes === '' ? end.notes : mergeNotes(saved.notes, end.notes);
  const request = { ...end, preserve: preparing !== 'look', isCollected: end.isCollected === true, isRecovery: !isWritten };
  const capture = await captureState(deps, request);
  const subject = chooseSubject(end.subject, capture.bead);
  const kept =
    preparing === 'end' ? await keepWork(deps, { agent: end.agent, tree: capture.git, subject }) : { tree: capture.git, wip: undefined, warnings: [] };
  const compose = isWritten ? composeDocument : composeRecovery;
  const head = describeEnding(capture, what ?? (preparing === 'look' ? 'Would end' : 'Ended'), shorten(end.reason, subjectLengthMax));
  return {
    document: renderDocument(compose({ ...capture, git: kept.tree }, { head, notes })),
    subject,
    notes,
    writtenBy: isWritten ? 'agent' : 'code',
    preservedRef: capture.git.kind === 'known' ? capture.git.preservedRef : undefined,
    bead: capture.bead?.id,
    commitCount: capture.git.kind === 'known' ? capture.git.commits.length : 0,
    wip: kept.wip,
    warnings: kept.warnings,
  };
}

/** One line, whoever wrote it. */
function chooseSubject(subject: string, bead: Capture['bead']): string {
  return shorten(subject, subjectLengthMax) || (bead === undefined ? 'Handoff' : `${bead.id}: ${shorten(bead.title, subjectLengthMax)}`);
}
