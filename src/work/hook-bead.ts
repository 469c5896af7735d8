import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, findHooked, findOpenNeeds, writeBead } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { HookAnswer } from './model.ts';
import { findMoleculeOf } from './read-molecule.ts';
import { requireAgent } from './town-rows.ts';

/** Hangs a bead on an agent's hook; its molecule, if it has one, goes on with it. Two that race for one bead, or one hook, give one `hooked`. */
export async function hookBead({ store, by }: { store: Store; by: Writer }, { bead, agent }: { bead: string; agent: string }): Promise<HookAnswer> {
  return store.change({ ...by, point: 'hook' }, (tx, at) => hookBeadRow(tx, at, { beadId: bead, agent }));
}

/** The same, inside a caller's transaction. Faults: `not-found` for an unknown bead or agent. */
export async function hookBeadRow(tx: Tx, at: number, { beadId, agent }: { beadId: string; agent: string }): Promise<Changed<HookAnswer>> {
  const refused = (answer: HookAnswer): Changed<HookAnswer> => ({ answer, events: [] });
  await requireAgent(tx, agent);
  const bead = await getBead(tx, beadId);
  if (bead.hookedBy === agent) return refused({ kind: 'already', bead, molecule: await findMoleculeOf(tx, bead.id) });
  if (bead.hookedBy !== null) return refused({ kind: 'taken', bead, by: bead.hookedBy });
  if (bead.status !== 'open') return refused({ kind: 'unfit', bead });
  const hooked = await findHooked(tx, agent);
  if (hooked !== undefined) return refused({ kind: 'busy', hooked });
  const needs = await findOpenNeeds(tx, bead.id);
  if (needs.length > 0) return refused({ kind: 'waits', bead, needs });
  const written = await writeBead(tx, at, bead.id, { status: 'hooked', hooked_by: agent, hooked_at: at, assignee: agent });
  const molecule = await findMoleculeOf(tx, bead.id);
  return { answer: { kind: 'hooked', bead: written, molecule }, events: [beadEvent(written, 'hook', { from: bead.assignee, molecule: molecule?.id ?? null })] };
}
