import type { Reader } from '#store';
import { getBead } from './find-bead.ts';
import { listBeads } from './list-beads.ts';
import { type Bead, type BeadNote, type Molecule, readBead } from './model.ts';
import { readMoleculeOf } from './read-molecule.ts';

/** All that is known of a bead: notes oldest first, what it needs, what needs it, what stands below it, and its molecule. */
export interface ShownBead {
  readonly bead: Bead;
  readonly notes: readonly BeadNote[];
  readonly needs: readonly Bead[];
  readonly dependents: readonly Bead[];
  readonly children: readonly Bead[];
  readonly molecule: Molecule | undefined;
}

/** Shows one bead, named by its id or a unique beginning. Read it in one `store.read` for one moment. */
export async function showBead(reader: Reader, id: string): Promise<ShownBead> {
  const bead = await getBead(reader, id);
  return {
    bead,
    notes: await listNotes(reader, bead.id),
    needs: await joined(reader, 'needs', 'bead', bead.id),
    dependents: await joined(reader, 'bead', 'needs', bead.id),
    children: await listBeads(reader, { parent: bead.id }),
    molecule: await readMoleculeOf(reader, bead.id),
  };
}

async function listNotes(reader: Reader, beadId: string): Promise<BeadNote[]> {
  const rows = await reader.selectFrom('bead_notes').selectAll().where('bead', '=', beadId).orderBy('id').execute();
  return rows.map((row) => ({ bead: row.bead, author: row.author, session: row.session, body: row.body, createdAt: row.created_at }));
}

async function joined(reader: Reader, want: 'bead' | 'needs', have: 'bead' | 'needs', beadId: string): Promise<Bead[]> {
  const rows = await reader
    .selectFrom('bead_dependencies')
    .innerJoin('beads', 'beads.id', `bead_dependencies.${want}`)
    .selectAll('beads')
    .where(`bead_dependencies.${have}`, '=', beadId)
    .orderBy('beads.priority')
    .orderBy('beads.created_at')
    .orderBy('beads.id')
    .execute();
  return rows.map(readBead);
}
