import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent, writeNote } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { Molecule } from './model.ts';
import { readMolecule } from './read-molecule.ts';

/** `already`: it had ended, as its `outcome` says. */
export type BurnAnswer = { readonly kind: 'burned'; readonly molecule: Molecule } | { readonly kind: 'already'; readonly molecule: Molecule };

/** Gives a molecule up. Its steps stay on record as they are; the bead may be poured anew, and has a note that says so. */
export async function burnMolecule(
  { store, by }: { store: Store; by: Writer },
  request: { molecule: string; reason?: string | undefined },
): Promise<BurnAnswer> {
  return store.change({ ...by, point: 'molecule.burn' }, (tx, at) => burnMoleculeRow(tx, at, { ...request, by }));
}

async function burnMoleculeRow(
  tx: Tx,
  at: number,
  { molecule: id, reason, by }: { molecule: string; reason?: string | undefined; by: Writer },
): Promise<Changed<BurnAnswer>> {
  const molecule = await readMolecule(tx, id);
  if (molecule.endedAt !== null) return { answer: { kind: 'already', molecule }, events: [] };
  await tx.updateTable('molecules').set({ ended_at: at, outcome: 'burned' }).where('id', '=', molecule.id).execute();
  await writeNote(tx, at, {
    beadId: molecule.bead,
    by,
    body: `molecule "${molecule.id}" (${molecule.formula}) burned${reason === undefined ? '' : `: ${reason}`}`,
  });
  const event = beadEvent(await getBead(tx, molecule.bead), 'molecule_burned', { molecule: molecule.id, formula: molecule.formula, reason: reason ?? null });
  return { answer: { kind: 'burned', molecule: { ...molecule, endedAt: at, outcome: 'burned' } }, events: [event] };
}
