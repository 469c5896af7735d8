import type { Generated } from '#store/model';
import type { BeadRow } from './bead.ts';
import type { MoleculeRow, StepRow } from './molecule.ts';

export { type Bead, type BeadNote, type BeadRow, type BeadStatus, readBead, readPriority, readStatus } from './bead.ts';
export type { Formula, FormulaStep, FormulaVar } from './formula.ts';
export type { Hook, HookAnswer } from './hook.ts';
export { joinMolecule, type Molecule, type MoleculeRow, readStep, type Step, type StepRow } from './molecule.ts';
export { type CurrentWork, countSteps, findCurrentStep, hookConflict, isLanding, judgeCurrent, renderMolecule } from './rules.ts';

declare module '#store/model' {
  interface Tables {
    beads: BeadRow;
    bead_dependencies: { bead: string; needs: string; created_at: number };
    bead_notes: { id: Generated<number>; bead: string; author: string; session: string | null; body: string; created_at: number };
    molecules: MoleculeRow;
    steps: StepRow;
  }
}
