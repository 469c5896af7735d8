import { Fault } from '#base';
import { polecatBranch, readWorktree, restoreSnapshot } from '#git';
import { fault } from '#host';
import { type Agent, clearSpawningRow, createPolecatWorktree, reservePolecatRow } from '#town';
import { findMoleculeOf, getBead, hookBeadRow, noteBeadRow } from '#work';
import { hookConflict } from '#work/model';
import { refuseUnfit } from './admit-sling.ts';
import { ownMark } from './clear-polecat.ts';
import type { FoundWork } from './restore-session.ts';
import { type SlingDeps, setUp } from './sling-bead.ts';
import { takeBack } from './take-back.ts';

/**
 * Makes a polecat that is gone again, as it was when it went: its name, its branch, what it had not committed, and its bead on its hook, so that nothing
 * takes it back. It does not run. Like a sling it fails whole, and whoever is killed in between names its process.
 */
export async function remakePolecat(deps: SlingDeps, found: FoundWork, agent: Agent): Promise<{ dir: string; agent: string; bead: string }> {
  if (agent.role !== 'polecat' || agent.worktree !== null || found.session.agent !== agent.address)
    throw new Fault('conflict', `"${agent.address}" cannot be made again from "${found.session.id}"`, { hint: 'name a folder with --into' });
  const { beadId, branch } = await findAssignment(deps, found, agent);
  const reserved = await reserve(deps, agent, beadId);
  try {
    const dir = await makeAgain(deps, found, { agent: reserved.address, branch });
    await commit(deps, found, { agent: reserved.address, bead: beadId, dir });
    return { dir, agent: reserved.address, bead: beadId };
  } catch (error) {
    await takeBack(deps, reserved, `restore of ${found.session.id} failed`).catch(() => {});
    throw error;
  }
}

/** The bead that it had, which must be free, and the branch of their molecule. */
async function findAssignment({ store }: SlingDeps, { session }: FoundWork, agent: Agent): Promise<{ beadId: string; branch: string }> {
  const bead = session.bead === undefined ? undefined : await getBead(store.db, session.bead);
  const molecule = bead === undefined ? undefined : await findMoleculeOf(store.db, bead.id);
  if (bead === undefined || molecule === undefined)
    throw new Fault('conflict', `"${session.id}" has no work under way any more`, { hint: 'restore it into a folder: leave --agent away' });
  refuseUnfit(bead);
  return { beadId: bead.id, branch: polecatBranch({ name: agent.name, bead: bead.id, molecule: molecule.id }) };
}

async function reserve({ store, by }: SlingDeps, agent: Agent, bead: string): Promise<Agent> {
  return store.change({ ...by, point: 'restore.reserve' }, async (tx, at) => {
    refuseUnfit(await getBead(tx, bead));
    const { answer, events } = await reservePolecatRow(tx, at, { rig: agent.rig ?? '', bead, spawner: ownMark(), name: agent.name });
    if (answer.kind === 'taken')
      throw new Fault('conflict', `"${answer.by}" has other work by now`, { hint: `\`baton sling ${bead} ${agent.rig}\` goes on with it under another name` });
    return { answer: answer.agent, events };
  });
}

async function makeAgain(deps: SlingDeps, { rig, repo, snapshot, session }: FoundWork, request: { agent: string; branch: string }): Promise<string> {
  const { worktree } = await createPolecatWorktree(deps, { ...request, from: snapshot.base });
  fault('restore.worktree.after');
  const { head } = await readWorktree(deps.git, worktree);
  if (head !== snapshot.base)
    throw new Fault('conflict', `"${request.branch}" went on since "${session.id}" ended`, { hint: 'restore it into a folder: leave --agent away' });
  await restoreSnapshot(deps.git, { repo, ref: snapshot.commit, dir: worktree });
  fault('restore.files.after');
  await setUp(deps, rig, worktree);
  return worktree;
}

async function commit({ store, by }: SlingDeps, { session, snapshot, rig }: FoundWork, made: { agent: string; bead: string; dir: string }): Promise<void> {
  await store.change({ ...by, point: 'restore.commit' }, async (tx, at) => {
    const hooked = await hookBeadRow(tx, at, { beadId: made.bead, agent: made.agent });
    if (hooked.answer.kind !== 'hooked') throw hookConflict(hooked.answer as Exclude<typeof hooked.answer, { kind: 'already' }>, { agent: made.agent });
    const body = `${made.agent} is back with what it had not committed (${session.id}).`;
    const noted = await noteBeadRow(tx, at, { beadId: made.bead, by, body });
    const cleared = await clearSpawningRow(tx, at, { agent: made.agent });
    const payload = { session: session.id, commit: snapshot.commit, kind: 'polecat', ...made };
    const event = { type: 'session_restored', agent: made.agent, rig: rig.name, bead: made.bead, payload };
    return { answer: undefined, events: [...hooked.events, ...noted.events, ...cleared, event] };
  });
}
