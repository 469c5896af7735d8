import type { Reader } from '#store';
import { findHooked } from './bead-rows.ts';
import { listBeads } from './list-beads.ts';
import { type Bead, findCurrentStep, type Hook, type Molecule } from './model.ts';
import { findMoleculeOf, readMoleculeOf } from './read-molecule.ts';

/** What hangs on an agent's hook, with its molecule and the step to work on, and what else is assigned to the agent and not over. */
export async function readHook(reader: Reader, agent: string): Promise<Hook> {
  const bead = await findHooked(reader, agent);
  const molecule = bead === undefined ? undefined : ((await findMoleculeOf(reader, bead.id)) ?? (await findEnded(reader, bead)));
  const step = molecule === undefined ? undefined : findCurrentStep(molecule.steps);
  const assigned = await listBeads(reader, { assignee: agent, statuses: ['open', 'blocked'] });
  return { agent, bead, molecule, step, assigned: assigned.filter((other) => other.id !== bead?.id) };
}

/** The molecule whose last step was closed while the bead hung here: all is done, and the bead waits to be handed in. */
async function findEnded(reader: Reader, bead: Bead): Promise<Molecule | undefined> {
  const molecule = await readMoleculeOf(reader, bead.id);
  return molecule !== undefined && (molecule.endedAt ?? 0) >= (bead.hookedAt ?? 0) ? molecule : undefined;
}
