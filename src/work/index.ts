export { addDependency, removeDependency } from './add-dependency.ts';
export { attachMolecule } from './attach-molecule.ts';
export { blockBeadRow } from './block-bead.ts';
export { burnMolecule } from './burn-molecule.ts';
export { createBead, type NewBead } from './create-bead.ts';
export { type EndStepAnswer, endStep, endStepRow, type StepOutcome } from './end-step.ts';
export { findBead, getBead } from './find-bead.ts';
export { checkFormula, getFormula, listFormulas, showFormula } from './find-formula.ts';
export { hookBead, hookBeadRow } from './hook-bead.ts';
export {
  landBeadRow,
  refuseLandingRow,
  relandBeadRow,
  takeOffHookRow,
} from './land-bead.ts';
export { type BeadQuery, listBeads, listReadyBeads } from './list-beads.ts';
export { closeBead, dropBead, reopenBead } from './move-bead.ts';
export { noteBead, noteBeadRow } from './note-bead.ts';
export { fillVars, pourMolecule, pourMoleculeRow } from './pour-molecule.ts';
export { readHook } from './read-hook.ts';
export { findMoleculeOf, readMolecule, readMoleculeOf } from './read-molecule.ts';
export { reopenStep } from './reopen-step.ts';
export { type RetriedStep, retryStep } from './retry-step.ts';
export { searchBeads } from './search-beads.ts';
export { type ShownBead, showBead } from './show-bead.ts';
export { startBeadRow } from './start-bead.ts';
export { startStepRow } from './start-step.ts';
export { unhookBead, unhookBeadRow } from './unhook-bead.ts';
export { type BeadUpdate, updateBead } from './update-bead.ts';
