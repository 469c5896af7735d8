import { Fault } from '#base';
import type { Reader } from '#store';
import { findBead, getBead } from './find-bead.ts';
import { joinMolecule, type Molecule, type MoleculeRow, readStep } from './model.ts';

/** The molecule with this id. */
export async function findMolecule(reader: Reader, id: string): Promise<Molecule | undefined> {
  const row = await reader.selectFrom('molecules').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : withSteps(reader, row);
}

/** The molecule with this id, or of the bead with this id (or a unique beginning of it): whatever a person names it by. */
export async function readMolecule(reader: Reader, id: string): Promise<Molecule> {
  const named = await findMolecule(reader, id);
  if (named !== undefined) return named;
  const bead = await findBead(reader, id);
  if (bead === undefined)
    throw new Fault('not-found', `there is no molecule "${id}", and no bead`, { hint: '`baton bead show <bead>` names the molecule of a bead' });
  const molecule = await readMoleculeOf(reader, bead.id);
  if (molecule === undefined)
    throw new Fault('not-found', `bead "${bead.id}" has no molecule`, {
      hint: `\`baton mol pour\` makes one; \`baton sling ${bead.id} <agent>\` pours the usual one`,
    });
  return molecule;
}

/** What a person is shown for a bead: its molecule under way, else the newest one that was ended as done. */
export async function readMoleculeOf(reader: Reader, bead: string): Promise<Molecule | undefined> {
  const { id } = await getBead(reader, bead);
  const current = await findMoleculeOf(reader, id);
  if (current !== undefined) return current;
  const row = await reader
    .selectFrom('molecules')
    .selectAll()
    .where('bead', '=', id)
    .where('outcome', '=', 'done')
    .orderBy('ended_at', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : withSteps(reader, row);
}

/** The molecule under way of a bead, by the bead's whole id. */
export async function findMoleculeOf(reader: Reader, beadId: string): Promise<Molecule | undefined> {
  const row = await reader.selectFrom('molecules').selectAll().where('bead', '=', beadId).where('ended_at', 'is', null).executeTakeFirst();
  return row === undefined ? undefined : withSteps(reader, row);
}

async function withSteps(reader: Reader, row: MoleculeRow): Promise<Molecule> {
  const steps = await reader.selectFrom('steps').selectAll().where('molecule', '=', row.id).orderBy('position').execute();
  return joinMolecule(row, steps.map(readStep));
}
