import { existsSync } from 'node:fs';
import { Fault } from '#base';
import { commitAll, countCommits, type Git, preservedRef, readWorktree, resolveCommit, type SkippedFile, snapshotWorktree } from '#git';
import { fault } from '#host';
import { findLiveSession } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { type Agent, getRig, rigPaths } from '#town';
import type { Bead } from '#work/model';

interface TreeDeps {
  readonly store: Store;
  readonly git: Git;
  readonly root: string;
  readonly by: Writer;
}

/** What an agent hands in: its branch with the commits that the target has not. `leftOut` are files that were neither committed nor preserved. */
export interface Tree {
  readonly branch: string | undefined;
  readonly head: string | undefined;
  readonly target: string;
  readonly commitCount: number;
  readonly preservedRef: string | undefined;
  readonly leftOut: readonly SkippedFile[];
}

const nothing: Tree = { branch: undefined, head: undefined, target: '', commitCount: 0, preservedRef: undefined, leftOut: [] };

/**
 * Preserves what the worktree holds; with `commits`, also commits it on the agent's branch. Repeatable; no row changes. Faults with `commits`:
 * `conflict` in the middle of a rebase or the like, over conflicts, and where HEAD is on no branch or on the target, which only landing moves.
 */
export async function prepareTree(deps: TreeDeps, agent: Agent, bead: Bead, { commits }: { commits: boolean }): Promise<Tree> {
  if (agent.worktree === null || agent.rig === null) return nothing;
  const { target } = await getRig(deps.store.db, agent.rig);
  if (!existsSync(agent.worktree)) return readBranch(deps, agent, target);
  const dir = agent.worktree;
  if (commits) await refuseUnfit(deps.git, agent, dir, target);
  const ref = preservedRef(await chooseSession(deps, agent));
  const snapshot = await snapshotWorktree(deps.git, { dir, ref, message: `Preserved before done: ${agent.address}` });
  fault('done.snapshot.after');
  if (commits)
    await commitAll(deps.git, { dir, message: `${bead.title} (${bead.id})`, author: { name: agent.address, email: deps.git.env.GIT_AUTHOR_EMAIL ?? '' } });
  fault('done.commitAll.after');
  const { branch, head } = await readWorktree(deps.git, dir);
  const { aheadCount } = await countCommits(deps.git, { repo: dir, from: `refs/heads/${target}`, to: 'HEAD' });
  return { branch, head, target, commitCount: aheadCount, preservedRef: ref, leftOut: snapshot.skipped };
}

/** A worktree that is gone took nothing committed with it: the branch is there. */
async function readBranch({ git, root }: TreeDeps, { branch, rig }: Agent, target: string): Promise<Tree> {
  const repo = rigPaths(root, rig ?? '').repository;
  const head = branch === null ? undefined : await resolveCommit(git, { repo, name: `refs/heads/${branch}` });
  if (branch === null || head === undefined) return { ...nothing, target };
  const { aheadCount } = await countCommits(git, { repo, from: `refs/heads/${target}`, to: head });
  return { ...nothing, branch, head, target, commitCount: aheadCount };
}

async function refuseUnfit(git: Git, agent: Agent, dir: string, target: string): Promise<void> {
  const { operation, branch } = await readWorktree(git, dir);
  const again = 'then run `baton done` again';
  if (operation !== undefined)
    throw new Fault('conflict', `a ${operation} is under way in "${dir}"`, {
      hint: `end it (\`git ${operation} --continue\`) or give it up (\`git ${operation} --abort\`), ${again}`,
    });
  const own = agent.branch ?? `work/${agent.name}`;
  if (branch === undefined)
    throw new Fault('conflict', `"${dir}" is on no branch, so its commits would be lost`, { hint: `take them onto yours: \`git switch -C ${own}\`, ${again}` });
  if (branch === target)
    throw new Fault('conflict', `"${dir}" is on "${target}", which only landing moves`, { hint: `go back to your branch: \`git switch ${own}\`, ${again}` });
}

/** Under whose name it is preserved: the session that calls, else the one that lives, else the agent. */
async function chooseSession({ store, by }: TreeDeps, agent: Agent): Promise<string> {
  return by.session ?? (await findLiveSession(store.db, agent.address))?.id ?? agent.address.replaceAll('/', '-');
}
