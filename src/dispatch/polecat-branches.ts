import { known } from '#base';
import { type Git, isAncestor, listRefs, listWorktrees, moveRef, readOurBranch, resolveCommit } from '#git';
import type { Reader } from '#store';
import { type Agent, getRig, rigPaths } from '#town';

/** A polecat's branch as it stands: `polecat/<name>/<bead>@<molecule>`. */
interface PolecatBranch {
  readonly branch: string;
  readonly commit: string;
  readonly committedAt: number;
  readonly name: string;
  readonly bead: string;
  readonly molecule: string;
}

/** Where work on a molecule got to, on the branch of whichever polecat had it last; undefined where nobody had. */
export async function findEarlierWork(git: Git, { repo, bead, molecule }: { repo: string; bead: string; molecule: string }): Promise<string | undefined> {
  const branches = await listPolecatBranches(git, repo);
  const earlier = branches.filter((branch) => branch.bead === bead && branch.molecule === molecule);
  return earlier.sort((a, b) => b.committedAt - a.committedAt || (a.branch < b.branch ? -1 : 1))[0]?.commit;
}

/** Brings a branch that a polecat of this name left before up to where the work got to since. One that has commits of its own stays as it is. */
export async function catchUp(git: Git, { repo, branch, to }: { repo: string; branch: string; to: string }): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const from = await resolveCommit(git, { repo, name: ref });
  if (from !== undefined && from !== to && (await isAncestor(git, { repo, ancestor: from, of: to }))) await moveRef(git, { repo, ref, from, to });
}

/**
 * Removes the branches of a polecat that is over, and of its work, that say nothing any more: their commits are on the target, have landed rebased,
 * or are on the branch of whoever went on. A refused one is kept, and so is one that a worktree is on.
 */
export async function dropSpentBranches(deps: { git: Git; root: string }, reader: Reader, agent: Agent): Promise<void> {
  const own = agent.branch === null ? undefined : readOurBranch(agent.branch);
  const isOfWork = (branch: PolecatBranch) => own?.kind === 'polecat' && branch.bead === own.bead && branch.molecule === own.molecule;
  await dropBranches(deps, reader, known(agent.rig, 'rig'), (branch) => branch.name === agent.name || isOfWork(branch));
}

/** Removes every polecat's branch of a rig that says nothing any more; answers their names. */
export function dropAllSpentBranches(deps: { git: Git; root: string }, reader: Reader, rig: string): Promise<string[]> {
  return dropBranches(deps, reader, rig, () => true);
}

async function dropBranches(
  { git, root }: { git: Git; root: string },
  reader: Reader,
  rigName: string,
  isMeant: (branch: PolecatBranch) => boolean,
): Promise<string[]> {
  const rig = await getRig(reader, rigName);
  const repo = rigPaths(root, rig.name).repository;
  const dropped: string[] = [];
  const inUse = new Set((await listWorktrees(git, { repo })).map((worktree) => worktree.branch));
  let left = await listPolecatBranches(git, repo);
  for (const branch of left) {
    if (inUse.has(branch.branch) || !isMeant(branch)) continue;
    const holders = [
      `refs/heads/${rig.target}`,
      ...(await listLandedHeads(reader, branch)),
      ...left.filter((other) => isOfSameWork(branch, other)).map(({ commit }) => commit),
    ];
    if (!(await isHeld(git, repo, branch.commit, holders))) continue;
    await moveRef(git, { repo, ref: `refs/heads/${branch.branch}`, from: branch.commit, to: undefined });
    left = left.filter((other) => other !== branch);
    dropped.push(branch.branch);
  }
  return dropped;
}

function isOfSameWork(one: PolecatBranch, other: PolecatBranch): boolean {
  return one !== other && one.bead === other.bead && one.molecule === other.molecule;
}

async function listPolecatBranches(git: Git, repo: string): Promise<PolecatBranch[]> {
  const refs = await listRefs(git, { repo, prefix: 'refs/heads/polecat/' });
  return refs.flatMap(({ ref, commit, committedAt }) => {
    const branch = ref.replace('refs/heads/', '');
    const read = readOurBranch(branch);
    return read?.kind === 'polecat' ? [{ branch, commit, committedAt, name: read.name, bead: read.bead, molecule: read.molecule }] : [];
  });
}

/** The commits that were handed in for this work and landed, under whichever polecat's name. */
async function listLandedHeads(reader: Reader, { bead, molecule }: PolecatBranch): Promise<string[]> {
  const rows = await reader
    .selectFrom('merge_requests')
    .select(['branch', 'head'])
    .where('bead', '=', bead)
    .where('status', '=', 'landed')
    .orderBy('id')
    .execute();
  return rows.filter((row) => row.branch.endsWith(`@${molecule}`)).map((row) => row.head);
}

async function isHeld(git: Git, repo: string, commit: string, holders: readonly string[]): Promise<boolean> {
  for (const holder of new Set(holders)) {
    // A landed branch that is gone may have been collected since.
    const known = await resolveCommit(git, { repo, name: holder });
    if (known !== undefined && (await isAncestor(git, { repo, ancestor: commit, of: known }))) return true;
  }
  return false;
}
