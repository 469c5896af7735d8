import { type Chance, Fault, newId } from '#base';
import type { Settings } from '#config';
import { getRuntime } from '#runtimes';
import type { Reader, Store } from '#store';
import { type Agent, findAgent, findRig, type Rig } from '#town';
import { fillVars, findMoleculeOf, getFormula, showBead } from '#work';
import { type Bead, type Formula, hookConflict } from '#work/model';
import { refuseClosedRig, refuseEstop, refuseParked } from './admit-start.ts';
import { chooseRuntime } from './choose-runtime.ts';
import { refuseFullDisk } from './refuse-full-disk.ts';
import type { SlingRequest } from './sling-bead.ts';

export interface AdmitDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly chance: Chance;
  readonly root: string;
  /** Bytes free on the disk of a path; the machine's own answer where nothing is said. */
  readonly freeBytes?: (path: string) => number;
}

/** A sling that may begin. `molecule` is the id of the one under way, or of the one that will be poured from `formula`. */
export interface Admitted {
  readonly bead: Bead;
  readonly target: Rig | Agent;
  readonly formula: Formula | undefined;
  readonly molecule: string;
}

/** Everything that can be refused before anything is made: an emergency stop, target and its rig, bead, formula and variables, runtime, disk. */
export async function admitSling(deps: AdmitDeps, request: SlingRequest): Promise<Admitted> {
  const { store, settings } = deps;
  await refuseEstop(store.db);
  const target = (await findRig(store.db, request.target)) ?? (await findAgent(store.db, request.target));
  const { bead, needs } = await store.read((reader) => showBead(reader, request.bead));
  refuseUnfit(bead, isAgent(target) ? target : undefined);
  const open = needs.filter((need) => need.status !== 'done').map(({ id }) => id);
  if (open.length > 0) throw hookConflict({ kind: 'waits', bead, needs: open }, { agent: request.target });
  if (isAgent(target)) refuseAgent(target, bead);
  await refuseClosedRig(store.db, isAgent(target) ? target.rig : target.name);
  const player = isAgent(target) ? target : { role: 'polecat' as const, rig: target.name };
  getRuntime(chooseRuntime(settings, player, request.runtime).runtime, settings, { rig: player.rig });
  const plan = await planMolecule(deps, request, bead, player.rig);
  refuseFullDisk(deps);
  return { bead, target, ...plan };
}

/** True where a sling's target is an agent and not a rig. */
export function isAgent(target: Rig | Agent): target is Agent {
  return 'address' in target;
}

/** A molecule under way goes on; another formula than its own is refused, for its steps would be lost without a word. */
async function planMolecule(deps: AdmitDeps, request: SlingRequest, bead: Bead, rig: string | null): Promise<Pick<Admitted, 'formula' | 'molecule'>> {
  const current = await findMoleculeOf(deps.store.db, bead.id);
  if (current !== undefined && request.formula === undefined) return { formula: undefined, molecule: current.id };
  const formula = await getFormula(deps, request.formula ?? deps.settings.get('formula', { rig }));
  if (current !== undefined) {
    if (current.formula === formula.name) return { formula: undefined, molecule: current.id };
    throw new Fault('conflict', `"${bead.id}" is under way by "${current.formula}" (${current.id})`, {
      hint: `sling it without --formula to go on, or give its steps up first: \`baton mol burn ${bead.id}\``,
      details: { molecule: current.id, formula: current.formula },
    });
  }
  fillVars(bead, formula, request.vars);
  return { formula, molecule: await pickMoleculeId(deps.store.db, deps.chance) };
}

async function pickMoleculeId(reader: Reader, chance: Chance): Promise<string> {
  for (;;) {
    const id = newId(chance, 'mol');
    if ((await reader.selectFrom('molecules').select('id').where('id', '=', id).executeTakeFirst()) === undefined) return id;
  }
}

/** A bead that is over, hangs somewhere else, is landing or blocked cannot be slung. One that hangs on a stopped `target` already goes on there. */
export function refuseUnfit(bead: Bead, target?: Agent): void {
  const isOwn = target !== undefined && bead.hookedBy === target.address && target.desired === 'stopped' && bead.status !== 'blocked';
  if (isOwn) return;
  if (bead.hookedBy !== null) throw hookConflict({ kind: 'taken', bead, by: bead.hookedBy }, { agent: bead.hookedBy });
  if (bead.status !== 'open') throw hookConflict({ kind: 'unfit', bead }, { agent: '' });
}

/** A person plays no program, a parked agent waits to be unparked, and a polecat has one assignment in its life. */
export function refuseAgent(agent: Agent, bead: Bead): void {
  if (agent.role === 'overseer')
    throw new Fault('invalid', `"${agent.address}" is a person and runs no program`, { hint: 'sling it to a rig or to another agent' });
  refuseParked(agent);
  if (agent.role !== 'polecat' || agent.branch?.includes(`/${bead.id}@`) === true) return;
  throw new Fault('conflict', `"${agent.address}" has had its assignment`, {
    hint: `sling it to the rig: \`baton sling ${bead.id} ${agent.rig}\` makes a polecat for it`,
  });
}
