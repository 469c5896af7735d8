import { type Chance, type Clock, Fault, newId, plural } from '#base';
import type { Settings } from '#config';
import { diskFree, fault, formatMark, markOf } from '#host';
import { type Git, polecatBranch } from '#git';
import { getRuntime } from '#runtimes';
import type { Store } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, clearSpawningRow, countPolecats, createPolecatWorktree, findAgent, findRig, getAgent, removePolecatWorktree, reservePolecatRow, retirePolecatRow, type Rig, setDesiredRow, setStartOrderRow } from '#town';
import { getBead, getFormula, hookBeadRow, pourMoleculeRow, readMoleculeOf } from '#work';
import { type Bead, type Formula, hookConflict, type Molecule } from '#work/model';
import { runSetup } from './run-setup.ts';

export interface SlingDeps {
  readonly store: Store;
  readonly git: Git;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly root: string;
  readonly by: Writer;
  /** The built environment in which a rig's setup commands run. */
  readonly env: Readonly<Record<string, string>>;
}

/** `target` is a rig, which gives a new polecat, or an agent. */
export interface SlingRequest {
  readonly bead: string;
  readonly target: string;
  readonly formula?: string | undefined;
  readonly vars: Readonly<Record<string, string>>;
  readonly runtime?: string | undefined;
}

/** The order that was written: the bead hangs, and its agent is wanted running. The daemon starts it. */
export interface Slung {
  readonly bead: string;
  readonly agent: string;
  readonly molecule: string;
  readonly formula: string;
  readonly isNewPolecat: boolean;
  /** The journal's number before which nothing of it happened; its outcome comes after. */
  readonly seq: number;
}

/** Below this nothing starts (DESIGN.md section 12). */
const diskFreeMin = 1024 ** 3;

/**
 * Gives a bead to an agent (DESIGN.md section 9): admission, then for a rig a polecat and its worktree, then in one change the hook, the molecule
 * and the order to run (L2). Fails whole: a polecat that was made for it is taken back. Killed in between, its reservation names this process,
 * and the daemon takes it back.
 */
export async function slingBead(deps: SlingDeps, request: SlingRequest): Promise<Slung> {
  const rig = await findRig(deps.store.db, request.target);
  const agent = rig === undefined ? await findAgent(deps.store.db, request.target) : undefined;
  const admitted = await admit(deps, request, rig, agent);
  if (rig === undefined && agent !== undefined) return commitSling(deps, request, { ...admitted, agent, isNewPolecat: false });
  return slingToPolecat(deps, request, admitted, rig as Rig);
}

interface Admitted {
  readonly bead: Bead;
  readonly formula: Formula;
  readonly molecule: string;
}

/** Everything that can be refused before anything is made. */
async function admit(deps: SlingDeps, request: SlingRequest, rig: Rig | undefined, agent: Agent | undefined): Promise<Admitted> {
  const about = { rig: rig?.name ?? agent?.rig };
  const bead = await getBead(deps.store.db, request.bead);
  refuseUnfit(bead);
  const formula = await getFormula(deps, request.formula ?? deps.settings.get('formula', about));
  getRuntime(request.runtime ?? chooseRuntime(deps.settings, rig === undefined ? (agent?.role ?? 'crew') : 'polecat', about));
  const free = diskFree(deps.root);
  if (free < diskFreeMin) throw new Fault('unavailable', `only ${Math.floor(free / 1024 ** 2)} MB are free on the town's disk`, { hint: 'free some space: nothing starts under 1 GB; `baton gc` lists what can go' });
  const molecule = (await findOpenMolecule(deps, bead))?.id ?? newId(deps.chance, 'mol');
  return { bead, formula, molecule };
}

async function findOpenMolecule({ store }: SlingDeps, bead: Bead): Promise<Molecule | undefined> {
  const molecule = await readMoleculeOf(store.db, bead.id);
  return molecule?.endedAt === null ? molecule : undefined;
}

function refuseUnfit(bead: Bead): void {
  if (bead.closedAt !== null) throw new Fault('conflict', `"${bead.id}" is ${bead.status}`, { hint: `open it again with \`baton bead reopen ${bead.id}\`` });
  if (bead.hookedBy !== null) throw new Fault('conflict', `"${bead.id}" hangs on the hook of "${bead.hookedBy}"`, { hint: `take it off with \`baton unsling ${bead.id}\``, details: { hookedBy: bead.hookedBy } });
  if (bead.status === 'in_progress') throw new Fault('conflict', `"${bead.id}" is landing`, { hint: '`baton mq list` shows how far it is' });
  if (bead.status === 'blocked') throw new Fault('conflict', `"${bead.id}" is blocked: ${bead.blockedReason ?? 'no reason given'}`, { hint: `open it again with \`baton bead reopen ${bead.id}\`` });
}

/** The role's runtime as settings say it (L1), without an agent yet. */
export function chooseRuntime(settings: Settings, role: Agent['role'], about: { rig: string | null | undefined }): string {
  const polecat = role === 'polecat' ? settings.get('polecat_agent', about) : undefined;
  return settings.get(`roles.${role === 'overseer' ? 'mayor' : role}.runtime`, about) ?? polecat ?? settings.get('default_agent', about);
}

async function slingToPolecat(deps: SlingDeps, request: SlingRequest, admitted: Admitted, rig: Rig): Promise<Slung> {
  const agent = await reserve(deps, admitted.bead, rig);
  try {
    const branch = polecatBranch({ name: agent.name, bead: admitted.bead.id, molecule: admitted.molecule });
    const made = await createPolecatWorktree(deps, { agent: agent.address, branch });
    fault('sling.worktree.after');
    await runSetup({ env: deps.env }, { dir: made.worktree, commands: deps.settings.get('setup', { rig: rig.name }) });
    return await commitSling(deps, request, { ...admitted, agent: made.agent, isNewPolecat: true });
  } catch (error) {
    await takeBack(deps, agent.address, `sling of ${admitted.bead.id} failed`);
    throw error;
  }
}

/** One spawn per bead, and never more polecats than the rig's capacity: decided in one change, so that of many slings one wins (S4). */
async function reserve(deps: SlingDeps, bead: Bead, rig: Rig): Promise<Agent> {
  const capacity = deps.settings.get('capacity', { rig: rig.name });
  const own = markOf(process.pid);
  return deps.store.change({ ...deps.by, point: 'sling.reserve' }, async (tx, at) => {
    refuseUnfit(await getBead(tx, bead.id));
    const busy = await countPolecats(tx, rig.name);
    if (busy >= capacity) throw new Fault('conflict', `"${rig.name}" has ${plural(busy, 'polecat')} of ${capacity}`, { hint: 'wait until one is done, or raise `capacity` in its rig.toml', details: { busy, capacity } });
    const reserved = await reservePolecatRow(tx, at, { rig: rig.name, bead: bead.id, spawner: own === undefined ? String(process.pid) : formatMark(own) });
    if (reserved.answer.kind === 'taken') throw new Fault('conflict', `"${bead.id}" is being slung to "${reserved.answer.by}"`, { hint: 'one sling at a time' });
    return { answer: reserved.answer.agent, events: reserved.events };
  });
}

/** Removes what a sling made, its work preserved first, and frees the name. */
export async function takeBack(deps: Pick<SlingDeps, 'store' | 'git' | 'root' | 'by'>, address: string, reason: string): Promise<void> {
  const agent = await getAgent(deps.store.db, address);
  await removePolecatWorktree(deps, { agent: address, reason });
  await deps.store.change({ ...deps.by, point: 'sling.undo' }, async (tx, at) => {
    const events = await retirePolecatRow(tx, at, { agent: address });
    return { answer: undefined, events: [...events, { type: 'spawn_undone', agent: address, rig: agent.rig, payload: { reason } }] };
  });
}

async function commitSling(deps: SlingDeps, request: SlingRequest, sling: Admitted & { agent: Agent; isNewPolecat: boolean }): Promise<Slung> {
  const { agent, bead, formula } = sling;
  return deps.store.change({ ...deps.by, point: 'sling.commit' }, async (tx, at) => {
    const hooked = await hookBeadRow(tx, at, { beadId: bead.id, agent: agent.address });
    if (hooked.answer.kind !== 'hooked' && hooked.answer.kind !== 'already') throw hookConflict(hooked.answer, { agent: agent.address });
    const poured = await pourMoleculeRow(tx, at, { id: sling.molecule, bead: bead.id, formula, vars: request.vars, chance: deps.chance });
    const order = { topic: 'assigned', sender: deps.by.actor, orderedAt: at, ...(request.runtime === undefined ? {} : { runtime: request.runtime }) };
    const events: NewEvent[] = [...hooked.events, ...poured.events, ...(await setStartOrderRow(tx, at, { agent: agent.address, order })), ...(await setDesiredRow(tx, at, { agent: agent.address, desired: 'running' })), ...(sling.isNewPolecat ? await clearSpawningRow(tx, at, { agent: agent.address }) : [])];
    const slung = { bead: bead.id, agent: agent.address, molecule: poured.answer.molecule.id, formula: formula.name, isNewPolecat: sling.isNewPolecat };
    const seq = (await tx.selectFrom('events').select((row) => row.fn.max('seq').as('seq')).executeTakeFirst())?.seq ?? 0;
    return { answer: { ...slung, seq }, events: [...events, { type: 'sling', agent: agent.address, rig: agent.rig, bead: bead.id, payload: slung }] };
  });
}
