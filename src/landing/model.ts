import type { Selectable } from 'kysely';

declare module '#store/model' {
  interface Tables {
    merge_requests: MergeRequestRow;
  }
}

/**
 * - `queued`: handed in, waits its turn.
 * - `landing`: it was begun. Its `lander` works on it; where that one is dead, or gave it up for a while, it is begun again, for nothing of it is
 *   lost by that.
 * - `landed`: its commits are on the target.
 * - `refused`: a conflict or a gate; its branch is kept and its bead is open again.
 */
export type MergeStatus = 'queued' | 'landing' | 'landed' | 'refused';

/** A branch handed in for landing on its rig's target. Moments in ms since 1970. */
export interface MergeRequest {
  readonly id: string;
  readonly rig: string;
  readonly bead: string;
  readonly agent: string;
  readonly session: string | undefined;
  readonly branch: string;
  readonly head: string;
  readonly target: string;
  readonly status: MergeStatus;
  /** The process that is landing it (its mark). */
  readonly lander: string | undefined;
  /** The commit that was about to become the target; if the target holds it, the landing happened whatever the record says. */
  readonly landingCommit: string | undefined;
  readonly landedCommit: string | undefined;
  /** Why it was refused, or while it is open, why it did not land the last time. */
  readonly failure: string | undefined;
  readonly attempts: number;
  readonly queuedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** A merge request as stored. */
export interface MergeRequestRow {
  id: string;
  rig: string;
  bead: string;
  agent: string;
  session: string | null;
  branch: string;
  head: string;
  target: string;
  status: MergeStatus;
  lander: string | null;
  landing_commit: string | null;
  landed_commit: string | null;
  failure: string | null;
  attempts: number;
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
}

/** The merge request in a row. */
export function readMergeRequest(row: Selectable<MergeRequestRow>): MergeRequest {
  return {
    id: row.id,
    rig: row.rig,
    bead: row.bead,
    agent: row.agent,
    session: row.session ?? undefined,
    branch: row.branch,
    head: row.head,
    target: row.target,
    status: row.status,
    lander: row.lander ?? undefined,
    landingCommit: row.landing_commit ?? undefined,
    landedCommit: row.landed_commit ?? undefined,
    failure: row.failure ?? undefined,
    attempts: row.attempts,
    queuedAt: row.queued_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
