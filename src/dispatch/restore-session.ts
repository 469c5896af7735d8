import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base';
import { type KeptSnapshot, listSnapshots, preservedRef, readWorktree, restoreSnapshot } from '#git';
import { ensureDir, fault } from '#host';
import { getSession, type Session } from '#sessions';
import { type Agent, findRig, getAgent, listAgents, type Rig, readClaims, rigPaths, townPaths } from '#town';
import { readAddress } from '#town/model';
import { remakePolecat } from './remake-polecat.ts';
import type { SlingDeps } from './sling-bead.ts';

/** Whose work, and where it is to come: a folder that is missing or empty, an agent's worktree, or by default a folder of the town. `nth` counts from 1, the newest. */
export interface RestoreRequest {
  readonly session: string;
  readonly into?: string | undefined;
  readonly agent?: string | undefined;
  readonly nth?: number | undefined;
}

/**
 * - `folder`: the files are in `dir`, which is no worktree.
 * - `worktree`: they are in an agent's worktree, uncommitted.
 * - `polecat`: a polecat that was gone has its worktree again, on its branch, with the bead on its hook; it does not run yet.
 */
export interface Restored {
  readonly kind: 'folder' | 'worktree' | 'polecat';
  readonly session: string;
  readonly commit: string;
  readonly dir: string;
  readonly agent: string | undefined;
  readonly bead: string | undefined;
}

/** What a session had not committed, as often as it was preserved, newest first. Faults: `not-found` where it had no worktree or its rig is gone. */
export async function listPreserved(deps: Pick<SlingDeps, 'store' | 'git' | 'root'>, { session: id }: { session: string }): Promise<KeptSnapshot[]> {
  const session = await getSession(deps.store.db, id);
  const rig = await rigOf(deps, session);
  return listSnapshots(deps.git, { repo: rigPaths(deps.root, rig.name).repository, ref: preservedRef(session.id) });
}

/**
 * Brings back what a session had not committed (X4), and overwrites nothing. Faults: `not-found` (nothing is preserved), `conflict` (the place is not
 * empty, has changes, stands at another commit, or its agent has a session whose processes may live).
 */
export async function restoreSession(deps: SlingDeps, request: RestoreRequest): Promise<Restored> {
  const session = await getSession(deps.store.db, request.session);
  const rig = await rigOf(deps, session);
  const snapshot = chooseSnapshot(await listPreserved(deps, { session: session.id }), session, request.nth ?? 1);
  const found = { session, rig, snapshot, repo: rigPaths(deps.root, rig.name).repository };
  const agent = request.agent === undefined ? undefined : await getAgent(deps.store.db, request.agent);
  if (agent !== undefined) return intoAgent(deps, found, agent);
  return intoPlace(deps, found, request.into);
}

/** A session's preserved work, and the repository that holds it. */
export interface FoundWork {
  readonly session: Session;
  readonly rig: Rig;
  readonly repo: string;
  readonly snapshot: KeptSnapshot;
}

async function rigOf({ store }: Pick<SlingDeps, 'store'>, session: Session): Promise<Rig> {
  const name = readAddress(session.agent)?.rig;
  const rig = name == null ? undefined : await findRig(store.db, name);
  if (rig !== undefined) return rig;
  const why = name == null ? `"${session.agent}" works in no rig` : `the rig "${name}" was removed`;
  throw new Fault('not-found', `nothing is preserved of "${session.id}": ${why}`, { hint: 'a removed rig lies in `.baton/removed` of the town' });
}

function chooseSnapshot(snapshots: readonly KeptSnapshot[], session: Session, nth: number): KeptSnapshot {
  const snapshot = snapshots[nth - 1];
  if (snapshot !== undefined) return snapshot;
  const count = snapshots.length;
  throw new Fault('not-found', count === 0 ? `nothing is preserved of "${session.id}"` : `"${session.id}" has ${count} snapshots, and no ${nth}`, {
    hint: count === 0 ? 'all of it was committed, or it had no worktree' : `\`baton sessions restore ${session.id} --list\` shows them`,
  });
}

async function intoPlace(deps: SlingDeps, found: FoundWork, into: string | undefined): Promise<Restored> {
  const { restored } = townPaths(deps.root);
  if (into === undefined) ensureDir(restored, 0o700);
  const dir = into ?? join(restored, found.session.id);
  const owner = (await listAgents(deps.store.db)).find(({ worktree }) => worktree === dir);
  if (owner !== undefined) return intoAgent(deps, found, owner);
  if (existsSync(join(dir, '.git'))) await refuseOtherCommit(deps, found, dir);
  return bring(deps, found, { kind: 'folder', dir, agent: undefined, bead: undefined });
}

async function intoAgent(deps: SlingDeps, found: FoundWork, agent: Agent): Promise<Restored> {
  if (agent.retiredAt !== null) {
    const made = await remakePolecat(deps, found, agent);
    return { kind: 'polecat', session: found.session.id, commit: found.snapshot.commit, ...made };
  }
  const dir = agent.worktree;
  if (dir === null || agent.rig !== found.rig.name)
    throw new Fault('conflict', `"${agent.address}" has no worktree of "${found.rig.name}"`, { hint: 'name a folder with --into' });
  // One that has ended and is not proven gone may still write there.
  const running = (await readClaims(deps.store.db, [agent.address])).find(({ kind }) => kind === 'session');
  if (running !== undefined)
    throw new Fault('conflict', `"${agent.address}" runs (${running.id})`, {
      hint: 'stop it first, or restore into a folder',
      details: { session: running.id },
    });
  await refuseOtherCommit(deps, found, dir);
  return bring(deps, found, { kind: 'worktree', dir, agent: agent.address, bead: undefined });
}

/** At another commit the snapshot's files would undo what lies between the two. */
async function refuseOtherCommit({ git }: SlingDeps, { snapshot, session }: FoundWork, dir: string): Promise<void> {
  const { head } = await readWorktree(git, dir);
  if (head === snapshot.base) return;
  throw new Fault(
    'conflict',
    `"${dir}" is at ${head?.slice(0, 10) ?? 'no commit'}, and the work of "${session.id}" was made on ${snapshot.base.slice(0, 10)}`,
    {
      hint: 'restore it into a folder and take over from there what is wanted',
      details: { base: snapshot.base },
    },
  );
}

async function bring({ store, git, by }: SlingDeps, { session, repo, snapshot }: FoundWork, place: Omit<Restored, 'session' | 'commit'>): Promise<Restored> {
  await restoreSnapshot(git, { repo, ref: snapshot.commit, dir: place.dir });
  fault('restore.files.after');
  const restored = { session: session.id, commit: snapshot.commit, ...place };
  const event = { type: 'session_restored', agent: place.agent ?? session.agent, rig: readAddress(session.agent)?.rig ?? null, payload: restored };
  return store.change({ ...by, point: 'restore.record' }, async () => ({ answer: restored, events: [event] }));
}
