import type { Changed, Tx } from '#store';
import { beadEvent, findHooked, writeBead } from './bead-rows.ts';
import type { Bead } from './model.ts';

export type StartAnswer = { readonly kind: 'started'; readonly bead: Bead } | { readonly kind: 'already'; readonly bead: Bead } | { readonly kind: 'empty' };

/** What an agent's turn does to the bead on its hook: the first one makes it `in_progress`, every later one nothing. */
export async function startBeadRow(tx: Tx, at: number, { agent }: { agent: string }): Promise<Changed<StartAnswer>> {
  const hooked = await findHooked(tx, agent);
  if (hooked === undefined) return { answer: { kind: 'empty' }, events: [] };
  if (hooked.status !== 'hooked') return { answer: { kind: 'already', bead: hooked }, events: [] };
  const bead = await writeBead(tx, at, hooked.id, { status: 'in_progress' });
  return { answer: { kind: 'started', bead }, events: [beadEvent(bead, 'bead_started')] };
}
