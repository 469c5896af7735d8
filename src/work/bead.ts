import { Fault, nearestName } from '#base';

/** Where a bead's life stands; `closed` is read as `done` and never stored (DESIGN.md section 9, `rules.ts` tells the moves). */
const beadStatuses = ['open', 'hooked', 'in_progress', 'blocked', 'done', 'dropped'] as const;
export type BeadStatus = (typeof beadStatuses)[number];

/** A tracked piece of work. `priority` 0 (now) to 4 (some day); `estimate` in sessions; moments in ms since 1970. */
export interface Bead {
  readonly id: string;
  readonly rig: string | null;
  readonly title: string;
  readonly body: string;
  readonly type: string;
  readonly priority: number;
  readonly status: BeadStatus;
  readonly assignee: string | null;
  /** The agent on whose hook it hangs. In progress without one, it is landing. */
  readonly hookedBy: string | null;
  readonly hookedAt: number | null;
  readonly parent: string | null;
  readonly acceptance: string;
  readonly estimate: number;
  readonly labels: readonly string[];
  readonly isEphemeral: boolean;
  readonly blockedReason: string | null;
  readonly createdBy: string;
  readonly createdSession: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly closedAt: number | null;
}

/** A note on a bead: appended, never changed. */
export interface BeadNote {
  readonly bead: string;
  readonly author: string;
  readonly session: string | null;
  readonly body: string;
  readonly createdAt: number;
}

/** A priority from what a person types: 0 to 4, or P0 to P4. */
export function readPriority(value: string | number): number {
  const match = /^p?([0-4])$/i.exec(String(value).trim());
  if (match?.[1] === undefined) throw new Fault('invalid', `"${value}" is no priority`, { hint: 'it is 0 (now) to 4 (some day), or P0 to P4' });
  return Number(match[1]);
}

/** A status from what a person types; `closed` is read as `done`, and `-` as `_`. */
export function readStatus(value: string): BeadStatus {
  const word = value.trim().toLowerCase().replaceAll('-', '_');
  const status = beadStatuses.find((name) => name === (word === 'closed' ? 'done' : word));
  if (status !== undefined) return status;
  const near = nearestName(word, beadStatuses);
  throw new Fault('invalid', `"${value}" is no status of a bead`, {
    hint: near === undefined ? `it is one of ${beadStatuses.join(', ')}` : `did you mean "${near}"?`,
  });
}

/** A row of `beads` as stored. */
export interface BeadRow {
  id: string;
  rig: string | null;
  title: string;
  body: string;
  type: string;
  priority: number;
  status: BeadStatus;
  assignee: string | null;
  hooked_by: string | null;
  hooked_at: number | null;
  parent: string | null;
  acceptance: string;
  estimate: number;
  labels: string;
  is_ephemeral: number;
  blocked_reason: string | null;
  created_by: string;
  created_session: string | null;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
}

/** A bead from its row. */
export function readBead(row: BeadRow): Bead {
  return {
    id: row.id,
    rig: row.rig,
    title: row.title,
    body: row.body,
    type: row.type,
    priority: row.priority,
    status: row.status,
    assignee: row.assignee,
    hookedBy: row.hooked_by,
    hookedAt: row.hooked_at,
    parent: row.parent,
    acceptance: row.acceptance,
    estimate: row.estimate,
    labels: JSON.parse(row.labels) as string[],
    isEphemeral: row.is_ephemeral === 1,
    blockedReason: row.blocked_reason,
    createdBy: row.created_by,
    createdSession: row.created_session,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
  };
}
