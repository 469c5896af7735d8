import { Fault, isFault } from '#base';
import { queueNudgeRow } from '#mail';
import {
  attachMolecule,
  burnMolecule,
  type EndStepAnswer,
  endStep,
  getFormula,
  pourMolecule,
  readHook,
  readMolecule,
  retryStep,
  type StepOutcome,
} from '#work';
import { judgeCurrent, type Molecule } from '#work/model';
import type { Deps } from '../deps.ts';
import { saveCheckpoint } from '../save-checkpoint.ts';
import { agentHere, agentOf } from './places.ts';
import { adviseAtStep } from './signals.ts';

export type MoleculeVerbs = ReturnType<typeof moleculeVerbs>;

interface Ending {
  /** Whose molecule, where it is not the one on the caller's hook: a bead, a molecule or an agent. */
  readonly of?: string | undefined;
  readonly step?: string | undefined;
  readonly note?: string | undefined;
}

/** A hook without a molecule: nothing hangs on it (`empty`), or a bead that has none (`bare`). */
export type NoMolecule = { readonly kind: 'empty'; readonly agent: string } | { readonly kind: 'bare'; readonly agent: string; readonly bead: string };

/** Molecules and their steps. A target is a bead, a molecule or an agent; without one, what hangs on the caller's hook. */
export function moleculeVerbs(deps: Deps) {
  return {
    read: (target: string | undefined) => findMolecule(deps, target),
    current: async (agent: string | undefined) => judgeCurrent(await readHook(deps.store.db, (await agentOf(deps.store.db, deps, agent)).address)),
    pour: async ({ bead, formula, vars }: { bead?: string | undefined; formula: string; vars: Readonly<Record<string, string>> }) =>
      pourMolecule(deps, { bead: bead ?? (await hookedBead(deps)), formula: await getFormula(deps, formula), vars }),
    attach: async ({ molecule, bead }: { molecule: string; bead?: string | undefined }) =>
      attachMolecule(deps, { molecule, bead: bead ?? (await hookedBead(deps)) }),
    burn: async ({ target, reason }: { target?: string | undefined; reason?: string | undefined }) =>
      burnMolecule(deps, { molecule: (await moleculeOf(deps, target)).id, reason }),
    stepDone: (ending: Ending) => endCurrent(deps, 'done', ending),
    stepFail: (ending: Ending) => endCurrent(deps, 'failed', ending),
    stepSkip: (ending: Ending) => endCurrent(deps, 'skipped', ending),
    stepRetry: async ({ of, step }: Pick<Ending, 'of' | 'step'>) => retryCurrent(deps, of, step),
  };
}

/** Ends a step, and tells beside the next one the meter of the session that ended it, and whether it is to hand off first (C2). */
async function endCurrent(deps: Deps, outcome: StepOutcome, { of, ...ending }: Ending) {
  const molecule = await moleculeOf(deps, of);
  const answer = await endStep(deps, { molecule: molecule.id, outcome, ...ending });
  if (answer.kind === 'already' || answer.kind === 'waits' || answer.kind === 'over') throw stepConflict(answer, molecule);
  if (outcome === 'done') await saveCheckpoint(deps, { molecule, ended: answer.ended, next: answer.kind === 'next' ? answer.next : undefined });
  return { ...answer, molecule: molecule.id, ...(await adviseAtStep(deps, { hasWorkLeft: answer.kind !== 'complete' })) };
}

/** Opens a failed step again, and tells whoever has its bead on the hook. */
async function retryCurrent(deps: Deps, of: string | undefined, step: string | undefined) {
  const molecule = await moleculeOf(deps, of);
  const retried = await retryStep(deps, { molecule: molecule.id, step });
  const agent = retried.bead.hookedBy;
  if (agent !== null && agent !== deps.by.actor) {
    const incident = `step:${molecule.id}/${retried.step.id}`;
    const body = `Step ${retried.step.id} of ${retried.bead.id} is open again: go on with it (\`baton mol current\`).`;
    await deps.store.change({ ...deps.by, point: 'step.retry.nudge' }, (tx, at) =>
      queueNudgeRow(tx, at, { chance: deps.chance, by: deps.by, agent, reason: 'hook', incident, body }),
    );
  }
  return retried;
}

/** Why a step could not be ended. */
function stepConflict(answer: Extract<EndStepAnswer, { kind: 'already' | 'waits' | 'over' }>, molecule: Molecule): Fault {
  switch (answer.kind) {
    case 'already':
      return new Fault('conflict', `step "${answer.step.id}" is ${answer.step.status} already`, {
        hint: '`baton mol current` tells the step to work on',
        details: { step: answer.step.id, status: answer.step.status },
      });
    case 'waits':
      return new Fault('conflict', `step "${answer.step.id}" waits for ${answer.needs.map((id) => `"${id}"`).join(', ')}`, {
        hint: 'end those first; `baton mol status` shows them',
        details: { step: answer.step.id, needs: answer.needs },
      });
    case 'over':
      return new Fault('conflict', `molecule "${molecule.id}" has no step left`, {
        hint: 'end the assignment: `baton done`',
        details: { molecule: molecule.id },
      });
  }
}

/** The molecule that is meant. Fault `not-found` where there is none, since something is to be done with it. */
async function moleculeOf(deps: Deps, target: string | undefined): Promise<Molecule> {
  const found = await findMolecule(deps, target);
  if (!('kind' in found)) return found;
  const { kind, agent } = found;
  if (kind === 'empty') throw new Fault('not-found', `nothing hangs on the hook of "${agent}"`, { hint: 'name a bead, or hang one on: `baton hook BEAD`' });
  throw new Fault('not-found', `bead "${found.bead}" has no molecule`, { hint: `pour one: \`baton mol pour work ${found.bead}\`` });
}

/** The molecule that is meant; of an agent, whatever its hook has. Fault `not-found` for a target that names nothing, or a bead without one. */
async function findMolecule(deps: Deps, target: string | undefined): Promise<Molecule | NoMolecule> {
  const { db } = deps.store;
  if (target === undefined) return readHooked(deps, (await agentHere(db, deps)).address);
  try {
    return await readMolecule(db, target);
  } catch (error) {
    // What is neither molecule nor bead may be an agent; an ambiguous or broken name stays what it is.
    const agent = isFault(error, 'not-found') ? await agentOf(db, deps, target).catch(() => undefined) : undefined;
    if (agent === undefined) throw error;
    return readHooked(deps, agent.address);
  }
}

async function readHooked(deps: Deps, agent: string): Promise<Molecule | NoMolecule> {
  const { bead, molecule } = await readHook(deps.store.db, agent);
  if (molecule !== undefined) return molecule;
  return bead === undefined ? { kind: 'empty', agent } : { kind: 'bare', agent, bead: bead.id };
}

async function hookedBead(deps: Deps): Promise<string> {
  const { db } = deps.store;
  const { agent, bead } = await readHook(db, (await agentHere(db, deps)).address);
  if (bead !== undefined) return bead.id;
  throw new Fault('invalid', `it is not said which bead is meant, and nothing hangs on the hook of "${agent}"`, { hint: 'name the bead' });
}
