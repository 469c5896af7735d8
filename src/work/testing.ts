import { test } from 'node:test';
import { type Chance, type FaultKind, isFault } from '#base';
import { systemChance } from '#host';
import type { Store } from '#store';
import { type ManualClock, manualClock, memoryStore } from '#store/testing';
import { createBead, type NewBead } from './create-bead.ts';
import { getFormula } from './find-formula.ts';
import type { Bead, Molecule } from './model.ts';
import { pourMolecule } from './pour-molecule.ts';

/** A town with the rig `app` (prefix `ga`) and a few agents, in memory: enough for beads and hooks. Close its store after the test. */
export interface WorkTown {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly chance: Chance;
  /** The overseer. */
  readonly by: { readonly actor: string };
}

export const toast = 'app/polecats/Toast';
export const nux = 'app/polecats/Nux';
export const max = 'app/crew/max';

/** Makes a `WorkTown`. */
export async function workTown(): Promise<WorkTown> {
  const clock = manualClock();
  const store = await memoryStore(clock);
  await seedAgents(store, [toast, nux, max, 'mayor']);
  return { store, clock, chance: systemChance, by: { actor: 'overseer' } };
}

/** A test in a `WorkTown` of its own. */
export function inTown(name: string, body: (town: WorkTown) => Promise<void>): void {
  test(name, async () => {
    const town = await workTown();
    try {
      await body(town);
    } finally {
      await town.store.close();
    }
  });
}

/** What `assert.rejects` asks of a fault: its kind, its words, and that it has a hint. */
export function is(kind: FaultKind, words: RegExp): (error: unknown) => boolean {
  return (error) => isFault(error, kind) && words.test(error.message) && error.hint !== undefined;
}

/** The rows of rig `app` and of agents by their addresses, as the room `town` would write them. */
export async function seedAgents(store: Store, addresses: readonly string[]): Promise<void> {
  await store.change({ actor: 'overseer' }, async (tx, at) => {
    const rig = { name: 'app', name_key: 'app', prefix: 'ga', source: null, target: 'main', state: 'open' as const, created_at: at, removed_at: null };
    await tx
      .insertInto('rigs')
      .values(rig)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const address of addresses) await tx.insertInto('agents').values(agentRow(address, at)).execute();
    return { answer: undefined, events: [{ type: 'town_seeded' }] };
  });
}

function agentRow(address: string, at: number) {
  const [rig, kind] = address.includes('/') ? address.split('/') : [null, address];
  return {
    address,
    address_key: address.toLowerCase(),
    role: kind === 'polecats' ? ('polecat' as const) : kind === 'crew' ? ('crew' as const) : ('mayor' as const),
    rig: rig ?? null,
    name: address.split('/').at(-1) ?? address,
    pane: address.replaceAll('/', '-'),
    host: null,
    desired: 'stopped' as const,
    start_order: '{}',
    worktree: null,
    branch: null,
    spawning_bead: null,
    spawner: null,
    created_at: at,
    retired_at: null,
  };
}

/** A session that writes: its row, and the writer to hand in. */
export async function seedSession(
  store: Store,
  { id, agent, generation = 1 }: { id: string; agent: string; generation?: number },
): Promise<{ actor: string; session: string }> {
  await store.change({ actor: 'overseer' }, async (tx, at) => {
    const row = { id, agent, generation, runtime: 'runbook', host: 'host_test', launch: '{}', created_at: at };
    await tx
      .insertInto('sessions')
      .values(row as never)
      .execute();
    return { answer: undefined, events: [{ type: 'session_opened', agent }] };
  });
  return { actor: agent, session: id };
}

/** A bead of rig `app`. */
export function givenBead(town: Pick<WorkTown, 'store' | 'chance' | 'by'>, bead: Partial<NewBead> = {}): Promise<Bead> {
  return createBead(town, { title: 'Mend the roof', rig: 'app', ...bead });
}

/** A bead with a molecule of a built-in formula poured on it. */
export async function givenMolecule(
  town: Pick<WorkTown, 'store' | 'chance' | 'by'>,
  formula = 'work',
  vars: Readonly<Record<string, string>> = {},
): Promise<{ bead: Bead; molecule: Molecule }> {
  const bead = await givenBead(town);
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: await getFormula({ root: '/nowhere' }, formula), vars });
  return { bead, molecule };
}
