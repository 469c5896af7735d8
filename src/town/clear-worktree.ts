import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault, known } from '#base';
import { type Git, listIgnored, listWorktrees, preservedRef, readWorktree, removeWorktree, snapshotWorktree, undoWorktree } from '#git';
import { ensureDir, fault } from '#host';
import type { Store } from '#store';
import { type Agent, addressOf } from './agent.ts';
import { agentFolder, rigPaths, townPaths } from './paths.ts';
import { findLastSession } from './read-claims.ts';

export interface ClearDeps {
  readonly store: Pick<Store, 'db' | 'clock'>;
  readonly git: Git;
  readonly root: string;
}

/** What became of a worktree: the ref that keeps its uncommitted work, and where its folder went if git could not keep all of it. */
export interface Cleared {
  readonly preservedRef: string | undefined;
  readonly movedTo: string | undefined;
  /** What the project ignores and went with the folder: a folder of nothing else ends with "/". No ref keeps it. */
  readonly ignored: readonly string[];
}

/**
 * Removes an agent's worktree; its branch stays. What is not committed is preserved first, and what git can't keep (a repository inside, a file that
 * can't be read) is moved to `.baton/removed` and not deleted (DESIGN.md X4). A killed Baton's git that works there is ended first, and what it was only
 * making goes. Repeatable. Fault `conflict` where the worktree is locked.
 */
export async function clearWorktree(deps: ClearDeps, agent: Agent, reason: string): Promise<Cleared> {
  const dir = agentFolder(deps.root, addressOf(agent));
  const { repository } = rigPaths(deps.root, known(agent.rig, 'rig'));
  await undoWorktree(deps.git, { repo: repository, dir });
  await refuseLocked(deps, agent);
  const kept = existsSync(dir) ? await preserveWorktree(deps, agent, reason) : { preservedRef: undefined, isWhole: true };
  const ignored = existsSync(dir) && kept.isWhole ? await listIgnored(deps.git, dir) : [];
  fault('worktree.clear.preserved');
  const movedTo = kept.isWhole ? undefined : moveAway(deps, dir, `${known(agent.rig, 'rig')}-${agent.name}`);
  await removeWorktree(deps.git, { repo: repository, dir });
  fault('worktree.clear.after');
  return { preservedRef: kept.preservedRef, movedTo, ignored };
}

/**
 * Keeps what an agent's worktree holds beside its commits, under its last session's ref. Nothing is kept where all is committed on a branch.
 * `isWhole` is false where something in the folder is not in the ref.
 */
export async function preserveWorktree(
  { store, git, root }: ClearDeps,
  agent: Agent,
  reason: string,
): Promise<{ preservedRef: string | undefined; isWhole: boolean }> {
  const dir = agentFolder(root, addressOf(agent));
  try {
    const { branch, changed, untracked, operation } = await readWorktree(git, dir);
    if (branch !== undefined && operation === undefined && changed.length + untracked.length === 0) return { preservedRef: undefined, isWhole: true };
    const ref = preservedRef((await findLastSession(store.db, agent.address)) ?? agent.address.replaceAll('/', '-'));
    const { skipped } = await snapshotWorktree(git, { dir, ref, message: `Preserved from ${agent.address}: ${reason}`, fileBytesMax: Number.MAX_SAFE_INTEGER });
    return { preservedRef: ref, isWhole: skipped.length === 0 };
  } catch (error) {
    // No worktree any more, such as one whose `.git` was deleted: the whole folder is kept.
    if (isFault(error, 'invalid')) return { preservedRef: undefined, isWhole: false };
    throw error;
  }
}

/** Moves a folder into `.baton/removed` under a name of its own; answers the path. */
export function moveAway({ store, root }: Pick<ClearDeps, 'store' | 'root'>, dir: string, name: string): string {
  const { removed } = townPaths(root);
  ensureDir(removed, 0o700);
  const base = join(removed, `${name}-${store.clock.now()}`);
  let to = base;
  for (let count = 2; existsSync(to); count += 1) to = `${base}-${count}`;
  renameSync(dir, to);
  return to;
}

/** Fault `conflict` where somebody locked the agent's worktree (`git worktree lock`). */
export async function refuseLocked({ git, root }: ClearDeps, agent: Agent): Promise<void> {
  const dir = agentFolder(root, addressOf(agent));
  const repo = rigPaths(root, known(agent.rig, 'rig')).repository;
  const worktree = (await listWorktrees(git, { repo })).find((each) => each.dir === dir);
  if (worktree?.lock === undefined) return;
  const why = worktree.lock.reason === '' ? 'no reason was given' : `"${worktree.lock.reason}"`;
  throw new Fault('conflict', `the worktree "${dir}" is locked: ${why}`, {
    hint: `git -C "${repo}" worktree unlock "${dir}"`,
    details: { reason: worktree.lock.reason },
  });
}
