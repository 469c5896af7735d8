import type { Chance } from '#base';
import { type EndReason, endSessionRow, type Session, writeHandoffRow } from '#sessions';
import type { Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { Agent } from '#town';
import { noteBeadRow } from '#work';
import type { PreparedEnd } from './prepare-end.ts';

/** How a life ends. `endedAt` is a death's own moment (V2); `why` is for people. A death is not planned, everything else is (P3). */
export interface EndCommit {
  readonly agent: Agent;
  readonly session: Session;
  readonly reason: EndReason;
  readonly isPlanned: boolean;
  readonly endedAt: number;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly prepared: PreparedEnd;
  readonly why: string;
}

/** What was written; `handoff` is undefined where the session had ended meanwhile, and then nothing was. */
export interface CommittedEnd {
  readonly handoff: string | undefined;
  readonly events: NewEvent[];
}

/** The commit of every end that leaves a document (H1, H2): the life ended, the handoff row with its document, a note on the hooked bead. */
export async function commitEndRows({ chance }: { chance: Chance }, tx: Tx, at: number, end: EndCommit): Promise<CommittedEnd> {
  const { session, agent, prepared, why } = end;
  const evidence = { ...end.evidence, commitCount: prepared.commitCount };
  const ended = await endSessionRow(tx, { session: session.id, reason: end.reason, at: end.endedAt, evidence });
  if (!ended.isEnded) return { handoff: undefined, events: [] };
  const handoff = await writeHandoffRow({ chance }, tx, at, {
    kind: 'end',
    isPlanned: end.isPlanned,
    reason: why,
    sourceSession: session.id,
    targetAgent: agent.address,
    ...prepared,
    evidence,
  });
  const preserved = { preserved: prepared.preservedRef ?? null, wip: prepared.wip?.commit ?? null };
  const payload = { handoff, from: session.id, subject: prepared.subject, reason: why, isPlanned: end.isPlanned, ...preserved };
  const said: NewEvent = { type: 'handoff', agent: agent.address, rig: agent.rig, bead: prepared.bead, payload };
  return { handoff, events: [...ended.events, said, ...(await noteEnd(tx, at, end))] };
}

/** The bead's notes tell through whose hands it went. */
async function noteEnd(tx: Tx, at: number, { session, agent, prepared, why }: EndCommit): Promise<readonly NewEvent[]> {
  if (prepared.bead === undefined) return [];
  const by = { actor: agent.address, session: session.id };
  const body = `Generation ${session.generation} ended (${why}): ${prepared.subject}`;
  return (await noteBeadRow(tx, at, { beadId: prepared.bead, by, body })).events;
}
