import { type Chance, type Clock, Fault, known, plural } from '#base';
import type { Settings } from '#config';
import { type Git, polecatBranch, resolveCommit } from '#git';
import { fault, runCommands } from '#host';
import { lastSeq, type Store, type Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import {
  type Agent,
  clearSpawningRow,
  countPolecats,
  createPolecatWorktree,
  getAgent,
  type Rig,
  reservePolecatRow,
  rigPaths,
  setDesiredRow,
  setStartOrderRow,
} from '#town';
import { findMoleculeOf, getBead, hookBeadRow, noteBeadRow, pourMoleculeRow } from '#work';
import { hookConflict, type Molecule } from '#work/model';
import { type AdmitDeps, type Admitted, admitSling, isAgent, refuseAgent, refuseUnfit } from './admit-sling.ts';
import { ownMark } from './clear-polecat.ts';
import { bringBack, findLeftWork, type LeftWork } from './left-work.ts';
import { catchUp, findEarlierWork } from './polecat-branches.ts';
import { takeBack, takeBackAbandoned } from './take-back.ts';

export interface SlingDeps extends AdmitDeps {
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
  readonly account?: string | undefined;
}

/** The order that was written: the bead hangs, and its agent is wanted running. The daemon starts it. `formula` is that of the molecule that it has. */
export interface Slung {
  readonly bead: string;
  readonly agent: string;
  readonly molecule: string;
  readonly formula: string;
  readonly isNewPolecat: boolean;
  /** What the one before had not committed: it is in the new worktree again, or stays under its ref because other commits came since. */
  readonly left?: { readonly ref: string; readonly session: string; readonly isRestored: boolean };
  /** The journal's number before which nothing of it happened; its outcome comes after. */
  readonly seq: number;
}

/** A setup command that takes longer has hung. */
const setupMsMax = 15 * 60_000;

/**
 * Gives a bead to an agent (DESIGN.md section 9): admission, then for a rig a polecat and its worktree, then in one change the hook, the molecule
 * and the order to run (L2). Fails whole: a polecat that was made for it is taken back. Killed in between, its reservation names this process,
 * and the next sling of the bead or the daemon takes it back.
 */
export async function slingBead(deps: SlingDeps, request: SlingRequest): Promise<Slung> {
  const admitted = await admitSling(deps, request);
  const { target } = admitted;
  return isAgent(target) ? commitSling(deps, request, { ...admitted, agent: target, isNewPolecat: false }) : slingToPolecat(deps, request, admitted, target);
}

async function slingToPolecat(deps: SlingDeps, request: SlingRequest, admitted: Admitted, rig: Rig): Promise<Slung> {
  await takeBackAbandoned(deps, { bead: admitted.bead.id });
  const agent = await reserve(deps, admitted.bead.id, rig);
  try {
    const made = await makeWorktree(deps, admitted, agent, rig);
    return await commitSling(deps, request, { ...admitted, ...made, isNewPolecat: true });
  } catch (error) {
    // What can't be taken back now still names this process: once it is gone, the next sling of the bead or the daemon does it.
    await takeBack(deps, agent, `sling of ${admitted.bead.id} failed`).catch(() => {});
    throw error;
  }
}

/** One spawn per bead, and never more polecats than the rig's capacity: decided in one change, so that of many slings one wins (S4). */
async function reserve(deps: SlingDeps, bead: string, rig: Rig): Promise<Agent> {
  const capacity = deps.settings.get('capacity', { rig: rig.name });
  return deps.store.change({ ...deps.by, point: 'sling.reserve' }, async (tx, at) => {
    refuseUnfit(await getBead(tx, bead));
    const busy = await countPolecats(tx, rig.name);
    if (busy >= capacity)
      throw new Fault('conflict', `"${rig.name}" has ${plural(busy, 'polecat')} of ${capacity}`, {
        hint: 'wait until one is done, or raise `capacity` in its rig.toml',
        details: { busy, capacity },
      });
    const reserved = await reservePolecatRow(tx, at, { rig: rig.name, bead, spawner: ownMark() });
    if (reserved.answer.kind === 'taken')
      throw new Fault('conflict', `"${bead}" is being slung to "${reserved.answer.by}"`, {
        hint: 'one sling at a time',
        details: { slungTo: reserved.answer.by },
      });
    return { answer: reserved.answer.agent, events: reserved.events };
  });
}

/** The polecat's worktree, prepared by the rig's `setup`. A molecule that goes on begins where the polecat before got to, with what it had not committed. */
async function makeWorktree(deps: SlingDeps, { bead, molecule, formula }: Admitted, agent: Agent, rig: Rig): Promise<{ agent: Agent; left?: Left }> {
  const repo = rigPaths(deps.root, rig.name).repository;
  const branch = polecatBranch({ name: agent.name, bead: bead.id, molecule });
  const from = await findEarlierWork(deps.git, { repo, bead: bead.id, molecule });
  if (from !== undefined) await catchUp(deps.git, { repo, branch, to: from });
  const made = await createPolecatWorktree(deps, { agent: agent.address, branch, from });
  fault('sling.worktree.after');
  const left = formula === undefined ? await takeUpLeft(deps, { repo, bead: bead.id, branch, dir: made.worktree }) : undefined;
  await setUp(deps, rig, made.worktree);
  fault('sling.setup.after');
  return { agent: made.agent, ...(left === undefined ? {} : { left }) };
}

type Left = LeftWork & { isRestored: boolean };

async function takeUpLeft(
  { git, store }: SlingDeps,
  { repo, bead, branch, dir }: { repo: string; bead: string; branch: string; dir: string },
): Promise<Left | undefined> {
  const head = known(await resolveCommit(git, { repo, name: `refs/heads/${branch}` }), 'the branch that was just made');
  const left = await findLeftWork(git, store.db, { repo, bead, head });
  if (left === undefined) return undefined;
  const isRestored = await bringBack(git, left, { repo, dir, head });
  fault('sling.restore.after');
  return { ...left, isRestored };
}

/** Runs the rig's `setup` in a new worktree. Fault `unavailable` where a command fails. */
export async function setUp(deps: Pick<SlingDeps, 'settings' | 'store' | 'clock' | 'env'>, rig: Rig, dir: string): Promise<void> {
  const setup = await runCommands(deps, { dir, commands: deps.settings.get('setup', { rig: rig.name }), timeoutMs: setupMsMax });
  if (setup.kind === 'passed') return;
  throw new Fault('unavailable', `the setup command "${setup.command}" of "${rig.name}" failed: ${setup.detail}`, {
    hint: "mend `setup` in the rig's rig.toml and ask again; nothing was hooked",
    details: { command: setup.command },
  });
}

type Sling = Admitted & { agent: Agent; isNewPolecat: boolean; left?: Left };

/** Hook, molecule and order in one change (L2, S1). */
async function commitSling(deps: SlingDeps, request: SlingRequest, sling: Sling): Promise<Slung> {
  const { agent, bead, isNewPolecat, left } = sling;
  return deps.store.change({ ...deps.by, point: 'sling.commit' }, async (tx, at) => {
    const seq = await lastSeq(tx);
    refuseUnfit(await getBead(tx, bead.id), isNewPolecat ? undefined : await getAgent(tx, agent.address));
    if (!isNewPolecat) refuseAgent(await getAgent(tx, agent.address), bead);
    const hooked = await hookBeadRow(tx, at, { beadId: bead.id, agent: agent.address });
    if (hooked.answer.kind !== 'hooked' && hooked.answer.kind !== 'already') throw hookConflict(hooked.answer, { agent: agent.address });
    const { molecule, events: poured } = await pour(deps, tx, at, request, sling);
    const slung = {
      bead: bead.id,
      agent: agent.address,
      molecule: molecule.id,
      formula: molecule.formula,
      isNewPolecat,
      ...(left === undefined ? {} : { left: toTold(left) }),
    };
    const ordered = await orderRows(deps, tx, at, request, sling);
    const event = { type: 'sling', agent: agent.address, rig: agent.rig, bead: bead.id, payload: slung };
    const noted = left === undefined ? [] : (await noteBeadRow(tx, at, { beadId: bead.id, by: deps.by, body: describeLeft(left, agent) })).events;
    return { answer: { ...slung, seq }, events: [...hooked.events, ...poured, ...ordered, ...noted, event] };
  });
}

function toTold({ ref, session, isRestored }: Left): NonNullable<Slung['left']> {
  return { ref, session, isRestored };
}

function describeLeft({ agent: before, session, ref, isRestored }: Left, agent: Agent): string {
  if (isRestored) return `What ${before} had not committed is in the worktree of ${agent.address} again, uncommitted (${ref}).`;
  return `What ${before} had not committed is kept and not in the worktree of ${agent.address}, because commits came since: \`baton sessions restore ${session}\` brings it into a folder.`;
}

/** The molecule that was planned: the branch is named by it. */
async function pour(
  { chance }: SlingDeps,
  tx: Tx,
  at: number,
  { vars }: SlingRequest,
  { bead, formula, molecule: id }: Sling,
): Promise<{ molecule: Molecule; events: readonly NewEvent[] }> {
  const poured = formula === undefined ? undefined : await pourMoleculeRow(tx, at, { id, bead: bead.id, formula, vars, chance });
  const molecule = poured?.answer.molecule ?? (await findMoleculeOf(tx, bead.id));
  if (molecule?.id === id) return { molecule, events: poured?.events ?? [] };
  throw new Fault('conflict', `the molecule of "${bead.id}" was changed while it was being slung`, { hint: 'sling it again' });
}

async function orderRows(deps: SlingDeps, tx: Tx, at: number, { runtime, account }: SlingRequest, { agent, isNewPolecat }: Sling): Promise<NewEvent[]> {
  const named = { ...(runtime === undefined ? {} : { runtime }), ...(account === undefined ? {} : { account }) };
  const order = { topic: 'assigned', sender: deps.by.actor, orderedAt: at, ...named };
  return [
    ...(await setStartOrderRow(tx, at, { agent: agent.address, order })),
    ...(await setDesiredRow(tx, at, { agent: agent.address, desired: 'running' })),
    ...(isNewPolecat ? await clearSpawningRow(tx, at, { agent: agent.address }) : []),
  ];
}
