import type { Changed, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { readText } from './bead-fields.ts';
import { writeNote } from './bead-rows.ts';
import type { Molecule, Step } from './model.ts';
import { readMolecule } from './read-molecule.ts';
import { findCurrentStep, isComplete, judgeStepEnd } from './rules.ts';
import { refuseBurned, stepEvent, unknownStep, withStep, writeStep } from './step-rows.ts';

export type StepOutcome = 'done' | 'failed' | 'skipped';

/** Which step, by default the current one (else the first failed one). `molecule` by its id or its bead's. */
export interface EndStepRequest {
  readonly molecule: string;
  readonly step?: string | undefined;
  readonly outcome: StepOutcome;
  readonly note?: string | undefined;
}

/**
 * What ending a step came to: the `next` one, `complete` (nothing left), or `halted` (what is left needs a failed one). `hadFailed` says that the step that is
 * ended now had failed before. Conflicts: `already` (ended before, by whom stands in the step), `waits` (for the steps that it needs), `over` (nothing to end).
 */
export type EndStepAnswer =
  | { readonly kind: 'next'; readonly ended: Step; readonly hadFailed: boolean; readonly next: Step }
  | { readonly kind: 'complete'; readonly ended: Step; readonly hadFailed: boolean }
  | { readonly kind: 'halted'; readonly ended: Step; readonly hadFailed: boolean; readonly failed: readonly string[] }
  | { readonly kind: 'already'; readonly step: Step }
  | { readonly kind: 'waits'; readonly step: Step; readonly needs: readonly string[] }
  | { readonly kind: 'over' };

/** Ends a step, once. Two that end the same step give one ending and one `already`; steps end only after those that they need. */
export async function endStep({ store, by }: { store: Store; by: Writer }, request: EndStepRequest): Promise<EndStepAnswer> {
  return store.change({ ...by, point: 'step.end' }, (tx, at) => endStepRow(tx, at, { ...request, by }));
}

/** The same, inside a caller's transaction. */
export async function endStepRow(
  tx: Tx,
  at: number,
  { molecule: id, step: stepId, outcome, note, by }: EndStepRequest & { by: Writer },
): Promise<Changed<EndStepAnswer>> {
  const molecule = await readMolecule(tx, id);
  refuseBurned(molecule);
  const judged = judgeStepEnd(molecule.steps, stepId, outcome);
  if (judged.kind === 'unknown' && stepId !== undefined) throw unknownStep(molecule, stepId);
  if (judged.kind === 'unknown') return { answer: { kind: 'over' }, events: [] };
  if (judged.kind !== 'end') return { answer: judged, events: [] };
  const ended = await writeEnd(tx, at, { step: judged.step, outcome, note, by });
  const after = withStep(molecule, ended);
  if (outcome === 'failed') await writeNote(tx, at, { beadId: molecule.bead, by, body: `step "${ended.id}" failed${note === undefined ? '' : `: ${note}`}` });
  const events = [await stepEvent(tx, molecule, ended, `step_${outcome}`, { note: note ?? null }), ...(await endMolecule(tx, at, after, ended))];
  return { answer: answerAfter(after, ended, judged.step.status === 'failed'), events };
}

function writeEnd(tx: Tx, at: number, { step, outcome, note, by }: { step: Step; outcome: StepOutcome; note: string | undefined; by: Writer }): Promise<Step> {
  const session = by.session ?? null;
  const neverStarted = step.startedAt === null ? { started_at: at, started_session: session } : {};
  return writeStep(tx, step, {
    ...neverStarted,
    status: outcome,
    ended_at: at,
    ended_session: session,
    note: note === undefined ? step.note : readText('note', note),
  });
}

async function endMolecule(tx: Tx, at: number, molecule: Molecule, ended: Step): Promise<NewEvent[]> {
  if (!isComplete(molecule.steps)) return [];
  await tx.updateTable('molecules').set({ ended_at: at, outcome: 'done' }).where('id', '=', molecule.id).execute();
  return [await stepEvent(tx, molecule, ended, 'molecule_done', { formula: molecule.formula })];
}

function answerAfter({ steps }: Molecule, ended: Step, hadFailed: boolean): EndStepAnswer {
  const next = findCurrentStep(steps);
  if (next !== undefined) return { kind: 'next', ended, hadFailed, next };
  if (isComplete(steps)) return { kind: 'complete', ended, hadFailed };
  return { kind: 'halted', ended, hadFailed, failed: steps.filter(({ status }) => status === 'failed').map(({ id }) => id) };
}
