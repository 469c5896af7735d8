import type { Selectable } from 'kysely';
import type { ContextLimits } from '#runtimes/model';
import type { Generated } from '#store/model';
import type { StartOrder } from '#town/model';

declare module '#store/model' {
  interface SessionRow {
    predecessor: string | null;
    runtime: string;
    host: string;
    launch: string;
    created_at: number;
    pane_id: string | null;
    pid: number | null;
    pid_start: string | null;
    started_at: number | null;
    primed_at: number | null;
    conversation: string | null;
    transcript: string | null;
    first_turn_at: number | null;
    turn_at: number | null;
    turn_ended_at: number | null;
    progress_at: number | null;
    suggested_at: number | null;
    told_at: number | null;
    told_evidence: string | null;
    end_evidence: string | null;
    gone_at: number | null;
    bead: Generated<string | null>;
    opened_why: Generated<string>;
    is_adopted: Generated<number>;
    ready_at: Generated<number | null>;
    condition: Generated<string | null>;
  }
  interface Tables {
    checkpoints: CheckpointRow;
    conversations: ConversationRow;
    handoffs: HandoffRow;
    late_notes: LateNoteRow;
  }
}

/** Why a session's life ended (DESIGN.md section 7). */
export type EndReason = 'handoff' | 'done' | 'stopped' | 'crashed' | 'lost' | 'context-full' | 'host-restart';

/** The reasons that are deaths: nobody had asked the program to end, and nothing but its own end explains it. */
export const deathReasons: readonly EndReason[] = ['crashed', 'lost', 'context-full'];

/** What a session was started with, and its successor is too (H10): the order's model and environment, and the words of its beacon (L6). */
export type StartWords = StartOrder & {
  readonly topic: string;
  readonly sender: string;
  /** What the environment of its program says of its context, as its start signal found it. */
  readonly limits?: ContextLimits;
};

/** What keeps a living session from working, as it was seen: it waits for a person, a reset, a login, its vendor. Moments in ms since 1970. */
export interface Condition {
  readonly kind: 'waiting' | 'auth' | 'rate-limit' | 'overflow' | 'no-service';
  readonly at: number;
  /** When it passes by itself, where that is known. */
  readonly until?: number;
  /** What showed it, in the program's words. */
  readonly detail: string;
}

/** One life of an agent's program: facts only; its state is judged when it is read (S2). Moments in ms since 1970. */
export interface Session {
  readonly id: string;
  readonly agent: string;
  readonly generation: number;
  readonly predecessor: string | undefined;
  readonly runtime: string;
  readonly host: string;
  readonly launch: StartWords;
  readonly createdAt: number;
  readonly paneId: string | undefined;
  readonly process: { readonly pid: number; readonly start: string } | undefined;
  readonly startedAt: number | undefined;
  readonly primedAt: number | undefined;
  readonly conversation: string | undefined;
  readonly transcript: string | undefined;
  readonly firstTurnAt: number | undefined;
  readonly turnAt: number | undefined;
  readonly turnEndedAt: number | undefined;
  readonly progressAt: number | undefined;
  readonly suggestedAt: number | undefined;
  readonly toldAt: number | undefined;
  /** The meter as it was when the session was told to hand off: `share` of the usable window. */
  readonly toldShare: number | undefined;
  readonly endedAt: number | undefined;
  readonly endReason: EndReason | undefined;
  readonly endEvidence: Readonly<Record<string, unknown>>;
  /** The bead that hung on the agent's hook when it was opened. */
  readonly bead: string | undefined;
  /** Why it was opened, with the facts that asked for it. */
  readonly openedWhy: Readonly<Record<string, unknown>>;
  /** Its program was started by hand, and is not in a pane of ours (P1). */
  readonly isAdopted: boolean;
  /** When a program that gives no start signal had survived long enough to count as ready (L1). */
  readonly readyAt: number | undefined;
  readonly condition: Condition | undefined;
  /** When its processes were proven gone; an ended session without it still has processes to end. */
  readonly goneAt: number | undefined;
}

/** What a session leaves to another; an edge between sessions (DESIGN.md section 2). Moments in ms since 1970. */
export interface Handoff {
  readonly id: string;
  /** `end` ends its source, once per session (S4); a `save` and a `transfer` do not. */
  readonly kind: 'end' | 'save' | 'transfer';
  /** False for what was rebuilt after a crash. */
  readonly isPlanned: boolean;
  readonly reason: string;
  readonly sourceSession: string;
  readonly targetSession: string | undefined;
  readonly targetAgent: string | undefined;
  readonly subject: string;
  readonly document: string;
  readonly writtenBy: 'agent' | 'model' | 'code';
  readonly preservedRef: string | undefined;
  readonly createdAt: number;
  readonly deliveredAt: number | undefined;
  readonly consumedAt: number | undefined;
  /** The facts that asked for it (`baton why`). */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What its author wrote, and the authors of the saves before it: a later document of the session starts from it (C4). */
  readonly notes: string;
  /** The commit that Baton made of what was not committed, and when it was pushed where that is allowed. */
  readonly wip: { readonly branch: string; readonly commit: string; readonly pushedAt: number | undefined } | undefined;
  /** What was done because no turn began with it (H7): when its successor was nudged, restarted, and a person was called. */
  readonly receipt: { readonly nudgedAt: number | undefined; readonly restartedAt: number | undefined; readonly escalatedAt: number | undefined };
}

/** A handoff as stored. */
export interface HandoffRow {
  id: string;
  kind: string;
  is_planned: number;
  reason: string;
  source_session: string;
  target_session: string | null;
  target_agent: string | null;
  subject: string;
  document: string;
  written_by: string;
  preserved_ref: string | null;
  created_at: number;
  delivered_at: number | null;
  consumed_at: number | null;
  evidence: Generated<string>;
  receipt_nudged_at: Generated<number | null>;
  receipt_restarted_at: Generated<number | null>;
  receipt_escalated_at: Generated<number | null>;
  notes: Generated<string>;
  wip_branch: Generated<string | null>;
  wip_commit: Generated<string | null>;
  wip_pushed_at: Generated<number | null>;
}

/** What a replaced session still wanted to say (S3). */
export interface LateNoteRow {
  id: Generated<number>;
  handoff: string;
  session: string;
  body: string;
  created_at: number;
}

/** The handoff in a row. */
export function readHandoffRow(row: Selectable<HandoffRow>): Handoff {
  return {
    id: row.id,
    kind: row.kind as Handoff['kind'],
    isPlanned: row.is_planned === 1,
    reason: row.reason,
    sourceSession: row.source_session,
    targetSession: row.target_session ?? undefined,
    targetAgent: row.target_agent ?? undefined,
    subject: row.subject,
    document: row.document,
    writtenBy: row.written_by as Handoff['writtenBy'],
    preservedRef: row.preserved_ref ?? undefined,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
    evidence: JSON.parse(row.evidence) as Record<string, unknown>,
    receipt: {
      nudgedAt: row.receipt_nudged_at ?? undefined,
      restartedAt: row.receipt_restarted_at ?? undefined,
      escalatedAt: row.receipt_escalated_at ?? undefined,
    },
    notes: row.notes,
    wip:
      row.wip_branch === null || row.wip_commit === null
        ? undefined
        : { branch: row.wip_branch, commit: row.wip_commit, pushedAt: row.wip_pushed_at ?? undefined },
  };
}

/** A safe point that an agent noted. */
export interface Checkpoint {
  readonly session: string;
  readonly molecule: string | undefined;
  readonly step: string | undefined;
  readonly stepTitle: string | undefined;
  readonly modifiedFiles: readonly string[];
  readonly lastCommit: string | undefined;
  readonly branch: string | undefined;
  readonly bead: string | undefined;
  readonly notes: string;
  readonly writtenAt: number;
  /** When somebody said that it counts no more (`checkpoint clear`). */
  readonly clearedAt: number | undefined;
}

/** The checkpoint in a row. */
export function readCheckpointRow(row: Selectable<CheckpointRow>): Checkpoint {
  return {
    session: row.session,
    molecule: row.molecule ?? undefined,
    step: row.step ?? undefined,
    stepTitle: row.step_title ?? undefined,
    modifiedFiles: JSON.parse(row.modified_files) as string[],
    lastCommit: row.last_commit ?? undefined,
    branch: row.branch ?? undefined,
    bead: row.bead ?? undefined,
    notes: row.notes,
    writtenAt: row.written_at,
    clearedAt: row.cleared_at ?? undefined,
  };
}

/** A note of a safe point, with the seed's fields (seed 5, section 11). */
export interface CheckpointRow {
  id: Generated<number>;
  agent: string;
  session: string;
  molecule: string | null;
  step: string | null;
  step_title: string | null;
  modified_files: string;
  last_commit: string | null;
  branch: string | null;
  bead: string | null;
  notes: string;
  written_at: number;
  cleared_at: Generated<number | null>;
}

/** A conversation that a session had, as stored: where its transcript lies, and when all of that was in the archive after it was over. */
export interface ConversationRow {
  session: string;
  conversation: string;
  transcript: string;
  began_at: number;
  archived_at: number | null;
}

type Row = Selectable<import('#store/model').SessionRow>;

/** The session in a row. */
export function readSessionRow(row: Row): Session {
  return {
    id: row.id,
    agent: row.agent,
    generation: row.generation,
    predecessor: row.predecessor ?? undefined,
    runtime: row.runtime,
    host: row.host,
    launch: JSON.parse(row.launch) as StartWords,
    createdAt: row.created_at,
    paneId: row.pane_id ?? undefined,
    process: row.pid === null || row.pid_start === null ? undefined : { pid: row.pid, start: row.pid_start },
    startedAt: row.started_at ?? undefined,
    primedAt: row.primed_at ?? undefined,
    conversation: row.conversation ?? undefined,
    transcript: row.transcript ?? undefined,
    firstTurnAt: row.first_turn_at ?? undefined,
    turnAt: row.turn_at ?? undefined,
    turnEndedAt: row.turn_ended_at ?? undefined,
    progressAt: row.progress_at ?? undefined,
    suggestedAt: row.suggested_at ?? undefined,
    toldAt: row.told_at ?? undefined,
    toldShare: row.told_evidence === null ? undefined : (JSON.parse(row.told_evidence) as { share?: number }).share,
    endedAt: row.ended_at ?? undefined,
    endReason: (row.end_reason ?? undefined) as EndReason | undefined,
    endEvidence: row.end_evidence === null ? {} : (JSON.parse(row.end_evidence) as Record<string, unknown>),
    goneAt: row.gone_at ?? undefined,
    bead: row.bead ?? undefined,
    openedWhy: JSON.parse(row.opened_why) as Record<string, unknown>,
    isAdopted: row.is_adopted === 1,
    readyAt: row.ready_at ?? undefined,
    condition: row.condition === null ? undefined : (JSON.parse(row.condition) as Condition),
  };
}

export { type AgentPlan, type Death, type EndClass, type Hold, judgeState, type MassDeath, type SessionState } from './rules.ts';
