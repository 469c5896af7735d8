import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { getBead } from './find-bead.ts';
import type { Bead, Molecule, Step } from './model.ts';
import { moveBeadRow } from './move-bead.ts';
import { readMolecule } from './read-molecule.ts';
import { reopenStepRow } from './reopen-step.ts';

/** The step that is to be tried again, and its bead, which is not blocked any more. */
export interface RetriedStep {
  readonly step: Step;
  readonly molecule: string;
  readonly bead: Bead;
}

/**
 * Opens a failed or skipped step again, by default the first failed one, and with it its bead where that was blocked: what is left of the molecule can
 * go on. Faults: `not-found`, `conflict` where there is nothing to try again.
 */
export async function retryStep({ store, by }: { store: Store; by: Writer }, request: { molecule: string; step?: string | undefined }): Promise<RetriedStep> {
  return store.change({ ...by, point: 'step.retry' }, async (tx, at) => {
    const molecule = await readMolecule(tx, request.molecule);
    const step = request.step ?? chooseFailed(molecule);
    const reopened = await reopenStepRow(tx, at, { molecule: molecule.id, step });
    if (reopened.answer.kind === 'kept') throw nothingToRetry(molecule, reopened.answer.step);
    const bead = await getBead(tx, molecule.bead);
    const moved = bead.status === 'blocked' ? await moveBeadRow(tx, at, { bead, to: bead.hookedBy === null ? 'open' : 'hooked' }) : undefined;
    const answer = { step: reopened.answer.step, molecule: molecule.id, bead: moved?.answer.bead ?? bead };
    return { answer, events: [...reopened.events, ...(moved?.events ?? [])] };
  });
}

function chooseFailed(molecule: Molecule): string {
  const failed = molecule.steps.find(({ status }) => status === 'failed');
  if (failed !== undefined) return failed.id;
  throw new Fault('conflict', `no step of "${molecule.id}" has failed`, { hint: '`baton mol status` shows them; name one that was skipped to open it again' });
}

function nothingToRetry(molecule: Molecule, step: Step): Fault {
  if (molecule.endedAt !== null) return new Fault('conflict', `molecule "${molecule.id}" has ended`, { hint: 'pour another with `baton mol pour`' });
  return new Fault('conflict', `step "${step.id}" is ${step.status}`, {
    hint: 'only a failed or skipped one is tried again',
    details: { status: step.status },
  });
}
