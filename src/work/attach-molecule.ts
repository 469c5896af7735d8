import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { beadEvent } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import type { Molecule } from './model.ts';
import { findMoleculeOf, readMolecule } from './read-molecule.ts';

export type AttachAnswer = { readonly kind: 'attached' | 'already'; readonly molecule: Molecule };

/** Binds a molecule under way to another bead, with its steps as they are. Faults: `conflict` where that bead has one, or is over, or the molecule has ended. */
export async function attachMolecule({ store, by }: { store: Store; by: Writer }, request: { molecule: string; bead: string }): Promise<AttachAnswer> {
  return store.change<AttachAnswer>({ ...by, point: 'molecule.attach' }, async (tx) => {
    const [molecule, bead] = [await readMolecule(tx, request.molecule), await getBead(tx, request.bead)];
    if (molecule.bead === bead.id) return { answer: { kind: 'already', molecule }, events: [] };
    if (molecule.endedAt !== null)
      throw new Fault('conflict', `molecule "${molecule.id}" has ended (${molecule.outcome})`, { hint: 'pour a new one with `baton mol pour`' });
    if (bead.closedAt !== null)
      throw new Fault('conflict', `bead "${bead.id}" is ${bead.status}`, { hint: `open it again first: \`baton bead reopen ${bead.id}\`` });
    const other = await findMoleculeOf(tx, bead.id);
    if (other !== undefined)
      throw new Fault('conflict', `bead "${bead.id}" has the molecule "${other.id}" (${other.formula}) under way`, {
        hint: `\`baton mol burn ${other.id}\` gives that one up`,
      });
    await tx.updateTable('molecules').set({ bead: bead.id }).where('id', '=', molecule.id).execute();
    return {
      answer: { kind: 'attached', molecule: { ...molecule, bead: bead.id } },
      events: [beadEvent(bead, 'molecule_attached', { molecule: molecule.id, from: molecule.bead })],
    };
  });
}
