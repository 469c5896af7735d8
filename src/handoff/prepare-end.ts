import { shorten } from '#base';
import { renderDocument } from '#context';
import type { Git } from '#git';
import type { Session } from '#sessions';
import type { Store } from '#store';
import type { Agent } from '#town';
import { type Capture, composeDocument } from './capture.ts';
import { captureState } from './capture-state.ts';

const subjectLengthMax = 200;

/** An end that is to be written: why, in which words, and what its program last showed. Without notes the document is code's alone. */
export interface EndToPrepare {
  readonly agent: Agent;
  readonly session: Session;
  readonly reason: string;
  readonly subject: string;
  readonly notes: string;
  readonly screen?: string | undefined;
}

/** What was captured before the commit: the document whole, and the ref under which the tree is preserved. */
export interface PreparedEnd {
  readonly document: string;
  readonly subject: string;
  readonly writtenBy: 'agent' | 'code';
  readonly preservedRef: string | undefined;
  readonly bead: string | undefined;
  /** Commits of the session: progress, where it died (R1). */
  readonly commitCount: number;
}

/** Prepare (H2): snapshot, capture, document. Writes no row, and may be done again. With `preserve: false` it writes nothing at all. */
export async function prepareEnd(deps: { store: Store; git: Git }, end: EndToPrepare, { preserve }: { preserve: boolean }): Promise<PreparedEnd> {
  const capture = await captureState(deps, { ...end, preserve });
  return {
    document: renderDocument(composeDocument(capture, { reason: shorten(end.reason, subjectLengthMax), notes: end.notes })),
    subject: chooseSubject(end.subject, capture.bead),
    writtenBy: end.notes.trim() === '' ? 'code' : 'agent',
    preservedRef: capture.git.kind === 'known' ? capture.git.preservedRef : undefined,
    bead: capture.bead?.id,
    commitCount: capture.git.kind === 'known' ? capture.git.commits.length : 0,
  };
}

/** One line, whoever wrote it. */
function chooseSubject(subject: string, bead: Capture['bead']): string {
  return shorten(subject, subjectLengthMax) || (bead === undefined ? 'Handoff' : `${bead.id}: ${shorten(bead.title, subjectLengthMax)}`);
}
