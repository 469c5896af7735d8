import type { Changed, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, findHooked, writeBead, writeNote } from './bead-rows.ts';
import type { Bead } from './model.ts';

export type BlockAnswer = { readonly kind: 'blocked'; readonly bead: Bead } | { readonly kind: 'empty' };

/** What `done --status ESCALATED` does to the hook: the bead is off it, nobody's, and blocked with the reason, which is also a note. */
export async function blockBeadRow(tx: Tx, at: number, { agent, reason, by }: { agent: string; reason: string; by: Writer }): Promise<Changed<BlockAnswer>> {
  const hooked = await findHooked(tx, agent);
  if (hooked === undefined) return { answer: { kind: 'empty' }, events: [] };
  const bead = await writeBead(tx, at, hooked.id, { status: 'blocked', blocked_reason: reason, hooked_by: null, hooked_at: null, assignee: null });
  await writeNote(tx, at, { beadId: bead.id, by, body: reason });
  const events = [beadEvent(bead, 'unhook', { to: 'blocked' }, agent), beadEvent(bead, 'bead_blocked', { reason }, agent)];
  return { answer: { kind: 'blocked', bead }, events };
}
