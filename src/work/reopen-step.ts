import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import type { Step } from './model.ts';
import { readMolecule } from './read-molecule.ts';
import { refuseBurned, stepEvent, unknownStep, writeStep } from './step-rows.ts';

/** `kept`: it is pending, active or done, or its molecule is complete; a step that is done is never opened again. */
export type ReopenStepAnswer = { readonly kind: 'reopened'; readonly step: Step } | { readonly kind: 'kept'; readonly step: Step };

/** Makes a failed or skipped step pending again, so that it is tried anew. Its note stays until it is ended with another. */
export async function reopenStep({ store, by }: { store: Store; by: Writer }, request: { molecule: string; step: string }): Promise<ReopenStepAnswer> {
  return store.change({ ...by, point: 'step.reopen' }, (tx, at) => reopenStepRow(tx, at, request));
}

/** The same, inside a caller's transaction. */
export async function reopenStepRow(
  tx: Tx,
  _at: number,
  { molecule: id, step: stepId }: { molecule: string; step: string },
): Promise<Changed<ReopenStepAnswer>> {
  const molecule = await readMolecule(tx, id);
  refuseBurned(molecule);
  const step = molecule.steps.find((one) => one.id === stepId);
  if (step === undefined) throw unknownStep(molecule, stepId);
  if (molecule.endedAt !== null || (step.status !== 'failed' && step.status !== 'skipped')) return { answer: { kind: 'kept', step }, events: [] };
  const reopened = await writeStep(tx, step, { status: 'pending', started_at: null, started_session: null, ended_at: null, ended_session: null });
  return { answer: { kind: 'reopened', step: reopened }, events: [await stepEvent(tx, molecule, reopened, 'step_reopened', { from: step.status })] };
}
