import type { Store } from '#store';
import { type ReturningStore, returningStore } from '#store/testing';
import { createBead, pourMolecule } from '#work';
import type { Formula } from '#work/model';
import { max, seedAgents, toast } from '#work/testing';
import { seededChance } from './chance.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';

/** The town that every seed begins with: a mayor, a crew member and a polecat without worktrees, and a few beads with molecules. Made once per process. */
export interface TownTemplate {
  readonly clock: SimulatedClock;
  readonly store: ReturningStore;
  readonly agents: readonly string[];
  readonly beads: readonly string[];
  /** What is done before a query has its turn. */
  readonly between: { beforeTurn: () => Promise<void> };
}

const mayor = 'mayor';
const beadCount = 4;

export async function makeTownTemplate(): Promise<TownTemplate> {
  const clock = simulatedClock();
  const between = { beforeTurn: async () => {} };
  const store = await returningStore({ clock, beforeTurn: () => between.beforeTurn() });
  const agents = [mayor, max, toast];
  await seedAgents(store.store, agents);
  const beads = await pourBeads(store.store);
  // A polecat takes the bead that its branch names (dispatch); in this town its assignment never lapses.
  await store.store.change({ actor: 'overseer' }, async (tx) => {
    await tx
      .updateTable('agents')
      .set({ branch: beads.map((bead) => `polecat/Toast/${bead}@sim`).join(' ') })
      .where('address', '=', toast)
      .execute();
    return { answer: undefined, events: [{ type: 'town_seeded' }] };
  });
  store.mark();
  return { clock, store, agents, beads, between };
}

async function pourBeads(store: Store): Promise<string[]> {
  const deps = { store, chance: seededChance(1), by: { actor: 'overseer' } };
  const beads: string[] = [];
  for (let n = 1; n <= beadCount; n += 1) {
    const bead = await createBead(deps, { title: `Mend roof ${n}`, rig: 'app' });
    await pourMolecule(deps, { bead: bead.id, formula });
    beads.push(bead.id);
  }
  return beads;
}

const step = { description: '', acceptance: '', run: null, check: null, timeoutS: null };

const formula: Formula = {
  name: 'simulated',
  description: 'two steps and the handing in',
  version: '1',
  vars: {},
  steps: [
    { ...step, id: 'look', title: 'Look', needs: [] },
    { ...step, id: 'mend', title: 'Mend', needs: ['look'] },
    { ...step, id: 'submit', title: 'Hand in', needs: ['mend'] },
  ],
};
