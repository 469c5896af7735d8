import type { Updateable } from 'kysely';
import { Fault, known, nearestName } from '#base';
import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { beadEvent } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import { type Molecule, readStep, type Step, type StepRow } from './model.ts';

/** Writes columns of a step and answers it as it is then. */
export async function writeStep(tx: Tx, step: Step, columns: Updateable<StepRow>): Promise<Step> {
  const row = await tx.updateTable('steps').set(columns).where('molecule', '=', step.molecule).where('id', '=', step.id).returningAll().executeTakeFirst();
  return readStep(known(row, `step "${step.id}" of "${step.molecule}"`));
}

/** An event about a step, told of its bead and of the agent that has it. */
export async function stepEvent(
  reader: Reader,
  molecule: Molecule,
  step: Step,
  type: string,
  payload: Readonly<Record<string, unknown>> = {},
): Promise<NewEvent> {
  const bead = await getBead(reader, molecule.bead);
  return beadEvent(bead, type, { molecule: molecule.id, step: step.id, position: step.position, total: molecule.steps.length, ...payload });
}

/** The same molecule with one step as it is now. */
export function withStep(molecule: Molecule, step: Step): Molecule {
  return { ...molecule, steps: molecule.steps.map((other) => (other.id === step.id ? step : other)) };
}

/** The fault for a step that a molecule does not have. */
export function unknownStep(molecule: Molecule, id: string): Fault {
  const ids = molecule.steps.map((step) => step.id);
  const near = nearestName(id, ids);
  return new Fault('not-found', `molecule "${molecule.id}" (${molecule.formula}) has no step "${id}"`, {
    hint: near === undefined ? `its steps are ${ids.join(', ')}` : `did you mean "${near}"?`,
    details: { steps: ids },
  });
}

/** Refuses a molecule that is over for good: its steps stay as they were. */
export function refuseBurned(molecule: Molecule): void {
  if (molecule.outcome === 'burned') throw new Fault('conflict', `molecule "${molecule.id}" was burned`, { hint: 'pour another with `baton mol pour`' });
}
