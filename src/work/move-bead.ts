import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, findOpened, writeBead, writeNote } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { Bead, BeadRow, BeadStatus } from './model.ts';
import { judgeMove } from './rules.ts';

/** What a move came to. `opened` are the beads that waited for this one alone. */
export type MoveAnswer =
  | { readonly kind: 'moved'; readonly bead: Bead; readonly opened: readonly string[] }
  | { readonly kind: 'already'; readonly bead: Bead };

type Deps = { store: Store; by: Writer };
type Request = { readonly bead: string; readonly reason?: string | undefined };

/** Ends a bead as done. The reason, if any, becomes a note. On a hook it is a conflict: its agent ends it, or `unhook` comes first. */
export async function closeBead(deps: Deps, request: Request): Promise<MoveAnswer> {
  return move(deps, 'bead.close', 'done', request);
}

/** Ends a bead undone. What waits for it goes on waiting until somebody removes the dependency. */
export async function dropBead(deps: Deps, request: Request): Promise<MoveAnswer> {
  return move(deps, 'bead.drop', 'dropped', request);
}

/** Opens a bead that was done, dropped or blocked. What was done or dropped is nobody's then. */
export async function reopenBead(deps: Deps, request: Request): Promise<MoveAnswer> {
  return move(deps, 'bead.reopen', 'open', request);
}

function move({ store, by }: Deps, point: string, to: BeadStatus, { bead: id, reason }: Request): Promise<MoveAnswer> {
  return store.change({ ...by, point }, async (tx, at) => {
    const bead = await getBead(tx, id);
    const { answer, events } = await moveBeadRow(tx, at, { bead, to, reason });
    if (answer.kind === 'moved' && reason !== undefined) await writeNote(tx, at, { beadId: bead.id, by, body: reason });
    return { answer, events };
  });
}

/** Moves a bead as `judgeMove` allows, but for hooking, which is `hookBeadRow`. Faults: `conflict` where the move is not legal. */
export async function moveBeadRow(
  tx: Tx,
  at: number,
  { bead, to, reason }: { bead: Bead; to: BeadStatus; reason?: string | undefined },
): Promise<Changed<MoveAnswer>> {
  const judged = judgeMove(bead, to);
  if (judged.kind === 'refused') throw judged.fault;
  if (judged.kind === 'same') return { answer: { kind: 'already', bead }, events: [] };
  const moved = await writeBead(tx, at, bead.id, columnsOf(at, bead, to, reason));
  const opened = to === 'done' ? await findOpened(tx, bead.id) : [];
  return {
    answer: { kind: 'moved', bead: moved, opened },
    events: [beadEvent(moved, eventTypes[to], { from: bead.status, to, reason: reason ?? null, opened })],
  };
}

const eventTypes: Readonly<Record<BeadStatus, string>> = {
  open: 'bead_reopened',
  hooked: 'hook',
  in_progress: 'bead_started',
  blocked: 'bead_blocked',
  done: 'bead_closed',
  dropped: 'bead_dropped',
};

function columnsOf(at: number, bead: Bead, to: BeadStatus, reason: string | undefined): Partial<BeadRow> {
  const isOver = to === 'done' || to === 'dropped';
  const isReopened = to === 'open' && bead.closedAt !== null;
  return { status: to, blocked_reason: to === 'blocked' ? (reason ?? '') : null, closed_at: isOver ? at : null, ...(isReopened ? { assignee: null } : {}) };
}
