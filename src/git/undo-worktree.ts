import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree, sha256Hex } from '#host';
import { endOwnLeftovers, isClaimed, withClaim } from './claim.ts';
import type { Git } from './open-git.ts';
import { removeWorktree } from './remove-worktree.ts';
import { askGit, realFolder } from './run-git.ts';
import { dropHalfMadeRecords, findWorktree, realPath } from './worktree-records.ts';

/**
 * Ends what git processes a killed Baton left running at `dir`, and takes back the worktree that it was just making there, also one that its git left
 * locked. A worktree that was made whole, and what somebody else put there, stays. Faults: `conflict` while a living process makes it, `unavailable` where
 * such a git can't be ended.
 */
export async function undoWorktree(git: Git, request: { repo: string; dir: string }): Promise<void> {
  const [repo, dir] = [realFolder(request.repo), realPath(request.dir)];
  await endOwnLeftovers(git, dir);
  if (isClaimed(claimPath(repo, dir))) await withPlace(git, { repo, dir }, async () => {});
}

/**
 * Does `work` while this process alone makes a worktree at `dir`, after what a killed attempt left there is taken back. `begun` is a file that `work`
 * writes when what lies at `dir` is its own to remove from then on, and removes when it is whole.
 */
export async function withPlace<T>(git: Git, { repo, dir }: { repo: string; dir: string }, work: (begun: string) => Promise<T>): Promise<T> {
  const claim = claimPath(repo, dir);
  const begun = `${claim}.begun`;
  mkdirSync(join(repo, claimsFolder), { recursive: true });
  return withClaim(claim, dir, async (isLeftover) => {
    await dropHalfMadeRecords(git, repo);
    if (isLeftover && existsSync(begun)) await takeBack(git, repo, dir);
    rmSync(begun, { force: true });
    return work(begun);
  });
}

/** Takes back a worktree in the making; its branch stays, and the next attempt uses it. */
export async function takeBack(git: Git, repo: string, dir: string): Promise<void> {
  await endOwnLeftovers(git, dir);
  const worktree = await findWorktree(git, repo, dir);
  if (worktree?.lock !== undefined) await askGit(git, { dir: repo, args: ['worktree', 'unlock', worktree.dir] });
  await removeTree(dir);
  if (worktree !== undefined) await removeWorktree(git, { repo, dir });
}

const claimsFolder = 'baton-claims';

function claimPath(repo: string, dir: string): string {
  return join(repo, claimsFolder, sha256Hex(dir).slice(0, 16));
}
