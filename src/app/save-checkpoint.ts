import { existsSync } from 'node:fs';
import { isFault } from '#base';
import { readWorktree } from '#git';
import { writeCheckpoint } from '#sessions';
import { getAgent } from '#town';
import type { Molecule, Step } from '#work/model';
import type { Deps } from './deps.ts';

/** The safe point that a step's end is: `next` is the step to go on with, where there is one. */
interface StepEnd {
  readonly molecule: Molecule;
  readonly ended: Step;
  readonly next: Step | undefined;
}

/** Writes a checkpoint of the calling session at a step's end (DESIGN.md section 9); nothing outside a session. */
export async function saveCheckpoint(deps: Deps, { molecule, ended, next }: StepEnd): Promise<void> {
  const { actor, session } = deps.by;
  if (session === undefined) return;
  const step = next ?? ended;
  await writeCheckpoint(deps, {
    agent: actor,
    session,
    molecule: molecule.id,
    step: step.id,
    stepTitle: step.title,
    bead: molecule.bead,
    ...(await readTree(deps, actor)),
    notes: `step ${ended.id} ${ended.status}${ended.note === null ? '' : `: ${ended.note}`}`,
  });
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
