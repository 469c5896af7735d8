import type { Changed, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, findHooked, findOpened, writeBead, writeNote } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { Bead } from './model.ts';
import { isLanding } from './rules.ts';

export type OffHookAnswer = { readonly kind: 'landing'; readonly bead: Bead } | { readonly kind: 'empty' };

/** What `done` does to the hook: the bead is off it and still `in_progress`, which is to say landing, until `landBeadRow` or `refuseLandingRow`. */
export async function takeOffHookRow(tx: Tx, at: number, { agent }: { agent: string }): Promise<Changed<OffHookAnswer>> {
  const hooked = await findHooked(tx, agent);
  if (hooked === undefined) return { answer: { kind: 'empty' }, events: [] };
  const bead = await writeBead(tx, at, hooked.id, { status: 'in_progress', hooked_by: null, hooked_at: null, blocked_reason: null });
  return { answer: { kind: 'landing', bead }, events: [beadEvent(bead, 'unhook', { to: 'landing' }, agent)] };
}

/** `opened` are the beads that waited for this one alone. `kept` means that the bead was no longer landing, because a person had moved it meanwhile. */
export type LandAnswer = { readonly kind: 'landed'; readonly bead: Bead; readonly opened: readonly string[] } | { readonly kind: 'kept'; readonly bead: Bead };

/** Ends a landing bead: its work is on the target branch, or there was nothing to land. */
export async function landBeadRow(tx: Tx, at: number, { beadId, commit }: { beadId: string; commit?: string | undefined }): Promise<Changed<LandAnswer>> {
  const landing = await getBead(tx, beadId);
  if (!isLanding(landing)) return { answer: { kind: 'kept', bead: landing }, events: [] };
  const bead = await writeBead(tx, at, landing.id, { status: 'done', closed_at: at });
  const opened = await findOpened(tx, bead.id);
  return { answer: { kind: 'landed', bead, opened }, events: [beadEvent(bead, 'bead_landed', { commit: commit ?? null, opened }, bead.assignee)] };
}

export type RefusedAnswer = { readonly kind: 'reopened'; readonly bead: Bead } | { readonly kind: 'kept'; readonly bead: Bead };

/** Opens a bead whose landing was refused, with the failure as a note; it is nobody's then. The note is written in every case. */
export async function refuseLandingRow(
  tx: Tx,
  at: number,
  { beadId, failure, by }: { beadId: string; failure: string; by: Writer },
): Promise<Changed<RefusedAnswer>> {
  const landing = await getBead(tx, beadId);
  await writeNote(tx, at, { beadId: landing.id, by, body: failure });
  if (!isLanding(landing)) return { answer: { kind: 'kept', bead: landing }, events: [beadEvent(landing, 'bead_noted')] };
  const bead = await writeBead(tx, at, landing.id, { status: 'open', assignee: null });
  return { answer: { kind: 'reopened', bead }, events: [beadEvent(bead, 'bead_reopened', { from: 'landing', reason: failure }, landing.assignee)] };
}

export type RelandAnswer = { readonly kind: 'landing'; readonly bead: Bead } | { readonly kind: 'kept'; readonly bead: Bead };

/** Takes a bead whose landing was refused into landing once more, as long as nobody has taken it up since. */
export async function relandBeadRow(tx: Tx, at: number, { beadId }: { beadId: string }): Promise<Changed<RelandAnswer>> {
  const refused = await getBead(tx, beadId);
  if (refused.status !== 'open' || refused.assignee !== null) return { answer: { kind: 'kept', bead: refused }, events: [] };
  const bead = await writeBead(tx, at, refused.id, { status: 'in_progress' });
  return { answer: { kind: 'landing', bead }, events: [beadEvent(bead, 'bead_relanding')] };
}
