import type { Git } from './open-git.ts';
import { explainFailure, runGit } from './run-git.ts';

/** True where `of` holds `ancestor`, also where they are the same commit. Fault `not-found` for an unknown name. */
export async function isAncestor(git: Git, { repo, ancestor, of }: { repo: string; ancestor: string; of: string }): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, of];
  const result = await runGit(git, { dir: repo, args });
  if (result.code > 1) throw explainFailure({ dir: repo, args }, result);
  return result.code === 0;
}
