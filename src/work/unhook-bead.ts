import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, findHooked, writeBead } from './bead-rows.ts';
import type { Bead } from './model.ts';

export type UnhookAnswer = { readonly kind: 'unhooked'; readonly bead: Bead } | { readonly kind: 'empty' };

/** What hangs on `agent`'s hook; `keepsAssignee` leaves it assigned, where a hook otherwise takes its assignee with it and the bead is anybody's again. */
export interface UnhookRequest {
  readonly agent: string;
  readonly keepsAssignee?: boolean | undefined;
}

/** Takes the bead off an agent's hook and opens it again. Its molecule and steps stay as they are and go on with the next hook. */
export async function unhookBead({ store, by }: { store: Store; by: Writer }, request: UnhookRequest): Promise<UnhookAnswer> {
  return store.change({ ...by, point: 'unhook' }, (tx, at) => unhookBeadRow(tx, at, request));
}

/** The same, inside a caller's transaction. A bead that is blocked on the hook stays blocked. */
export async function unhookBeadRow(tx: Tx, at: number, { agent, keepsAssignee }: UnhookRequest): Promise<Changed<UnhookAnswer>> {
  const hooked = await findHooked(tx, agent);
  if (hooked === undefined) return { answer: { kind: 'empty' }, events: [] };
  const status = hooked.status === 'blocked' ? 'blocked' : 'open';
  const bead = await writeBead(tx, at, hooked.id, { status, hooked_by: null, hooked_at: null, ...(keepsAssignee === true ? {} : { assignee: null }) });
  return { answer: { kind: 'unhooked', bead }, events: [beadEvent(bead, 'unhook', { to: status }, agent)] };
}
