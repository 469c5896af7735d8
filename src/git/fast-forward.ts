import { countCommits } from './count-commits.ts';
import { moveRef } from './move-ref.ts';
import type { Git } from './open-git.ts';
import { readRef } from './read-refs.ts';

/** `up-to-date`: the branch holds all that origin has, and `aheadCount` commits more. */
export type Forwarded =
  | { readonly kind: 'up-to-date'; readonly aheadCount: number }
  | { readonly kind: 'forwarded'; readonly from: string | undefined; readonly to: string }
  | { readonly kind: 'diverged'; readonly aheadCount: number; readonly behindCount: number }
  | { readonly kind: 'no-remote-branch' };

/** Moves a local branch to where origin's stood at the last fetch, only forwards. A branch that is not there is made. */
export async function fastForward(git: Git, { repo, branch }: { repo: string; branch: string }): Promise<Forwarded> {
  const [ref, remote] = [`refs/heads/${branch}`, await readRef(git, { repo, ref: `refs/remotes/origin/${branch}` })];
  if (remote === undefined) return { kind: 'no-remote-branch' };
  const local = await readRef(git, { repo, ref });
  const { aheadCount, behindCount } = local === undefined ? { aheadCount: 0, behindCount: 1 } : await countCommits(git, { repo, from: remote, to: local });
  if (behindCount === 0) return { kind: 'up-to-date', aheadCount };
  if (aheadCount > 0) return { kind: 'diverged', aheadCount, behindCount };
  const moved = await moveRef(git, { repo, ref, from: local, to: remote });
  // Somebody landed meanwhile: look again, from where the branch stands now.
  return moved === 'moved' ? { kind: 'forwarded', from: local, to: remote } : fastForward(git, { repo, branch });
}
