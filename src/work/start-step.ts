import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import type { Step } from './model.ts';
import { readMolecule } from './read-molecule.ts';
import { findCurrentStep, needsLeft } from './rules.ts';
import { refuseBurned, stepEvent, unknownStep, writeStep } from './step-rows.ts';

/** `busy`: another step of the molecule is active. `over`: it is done or skipped, or the molecule has no step left to start. */
export type StartStepAnswer =
  | { readonly kind: 'started'; readonly step: Step }
  | { readonly kind: 'already'; readonly step: Step }
  | { readonly kind: 'waits'; readonly step: Step; readonly needs: readonly string[] }
  | { readonly kind: 'busy'; readonly active: Step }
  | { readonly kind: 'over' };

/** Makes a step the active one, by default the current one. Starting a failed one is trying it again. */
export async function startStep(
  { store, by }: { store: Store; by: Writer },
  request: { molecule: string; step?: string | undefined },
): Promise<StartStepAnswer> {
  return store.change({ ...by, point: 'step.start' }, (tx, at) => startStepRow(tx, at, { ...request, by }));
}

/** The same, inside a caller's transaction. A step that goes on in a later session keeps the session that started it. */
export async function startStepRow(
  tx: Tx,
  at: number,
  { molecule: id, step: stepId, by }: { molecule: string; step?: string | undefined; by: Writer },
): Promise<Changed<StartStepAnswer>> {
  const molecule = await readMolecule(tx, id);
  refuseBurned(molecule);
  const step = stepId === undefined ? findCurrentStep(molecule.steps) : molecule.steps.find((one) => one.id === stepId);
  if (step === undefined && stepId !== undefined) throw unknownStep(molecule, stepId);
  const unready = step === undefined ? ({ kind: 'over' } as const) : judgeStart(molecule.steps, step);
  if (step === undefined || unready !== undefined) return { answer: unready ?? { kind: 'over' }, events: [] };
  const started = await writeStep(tx, step, { status: 'active', started_at: at, started_session: by.session ?? null, ended_at: null, ended_session: null });
  return { answer: { kind: 'started', step: started }, events: [await stepEvent(tx, molecule, started, 'step_started')] };
}

function judgeStart(steps: readonly Step[], step: Step): StartStepAnswer | undefined {
  if (step.status === 'done' || step.status === 'skipped') return { kind: 'over' };
  if (step.status === 'active') return { kind: 'already', step };
  const active = steps.find(({ status }) => status === 'active');
  if (active !== undefined) return { kind: 'busy', active };
  const needs = needsLeft(steps, step);
  return needs.length > 0 ? { kind: 'waits', step, needs } : undefined;
}
