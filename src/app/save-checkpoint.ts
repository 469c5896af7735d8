import { existsSync } from 'node:fs';
import { Fault, isFault } from '#base';
import { readWorktree } from '#git';
import { type Checkpoint, findOpenCheckpoint, type NewCheckpoint, writeCheckpoint } from '#sessions';
import { getAgent } from '#town';
import { readHook, readMolecule } from '#work';
import { findCurrentStep, type Molecule, type Step } from '#work/model';
import type { Deps } from './deps.ts';

/** The safe point that a step's end is: `next` is the step to go on with, where there is one. */
interface StepEnd {
  readonly molecule: Molecule;
  readonly ended: Step;
  readonly next: Step | undefined;
}

/** Writes a checkpoint of the calling session at a step's end (DESIGN.md section 9); nothing outside a session. */
export async function saveCheckpoint(deps: Deps, { molecule, ended, next }: StepEnd): Promise<void> {
  if (deps.by.session === undefined) return;
  const notes = `step ${ended.id} ${ended.status}${ended.note === null ? '' : `: ${ended.note}`}`;
  await write(deps, { molecule, step: next ?? ended, bead: molecule.bead, notes });
}

/** What a session says of a safe point itself; molecule and step are those on its hook where they are not named. */
interface Note {
  readonly notes?: string | undefined;
  readonly molecule?: string | undefined;
  readonly step?: string | undefined;
}

/** Writes a checkpoint by the calling session's own word (seed 5, section 11). Fault `not-found` for a molecule or step that is not there. */
export async function noteCheckpoint(deps: Deps, { notes = '', molecule: named, step: id }: Note): Promise<Checkpoint & { agent: string }> {
  const { db } = deps.store;
  const hook = await readHook(db, deps.by.actor);
  const molecule = named === undefined ? hook.molecule : await readMolecule(db, named);
  await write(deps, { molecule, step: findStep(molecule, id), bead: hook.bead?.id, notes });
  return { agent: deps.by.actor, ...((await findOpenCheckpoint(db, deps.by.actor)) as Checkpoint) };
}

function findStep(molecule: Molecule | undefined, id: string | undefined): Step | undefined {
  if (id === undefined) return molecule === undefined ? undefined : findCurrentStep(molecule.steps);
  const found = molecule?.steps.find((step) => step.id === id);
  if (found !== undefined) return found;
  const where =
    molecule === undefined ? 'nothing with steps hangs on your hook' : `molecule "${molecule.id}" has ${molecule.steps.map((step) => step.id).join(', ')}`;
  throw new Fault('not-found', `there is no step "${id}"`, { hint: where });
}

type Point = { molecule: Molecule | undefined; step: Step | undefined } & Pick<NewCheckpoint, 'bead' | 'notes'>;

async function write(deps: Deps, { molecule, step, bead, notes }: Point): Promise<void> {
  const { actor: agent, session = '' } = deps.by;
  const tree = await readTree(deps, agent);
  await writeCheckpoint(deps, { agent, session, molecule: molecule?.id, step: step?.id, stepTitle: step?.title, bead, ...tree, notes });
}

/** How the agent's worktree stands. One that can't be read keeps no step from being closed. */
async function readTree(
  { store, git }: Deps,
  address: string,
): Promise<{ modifiedFiles: string[]; branch?: string | undefined; lastCommit?: string | undefined }> {
  const { worktree } = await getAgent(store.db, address);
  if (worktree === null || !existsSync(worktree)) return { modifiedFiles: [] };
  try {
    const { changed, untracked, branch, head } = await readWorktree(git, worktree);
    return { modifiedFiles: [...changed.map(({ path }) => path), ...untracked], branch, lastCommit: head };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { modifiedFiles: [] };
  }
}
