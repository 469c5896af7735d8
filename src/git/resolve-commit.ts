import { Fault } from '#base';
import type { Git } from './open-git.ts';
import { runGit } from './run-git.ts';

/** The id of the commit that a branch, ref, tag or shortened id means; undefined where it means none. `repo` may be a worktree too. */
export async function resolveCommit(git: Git, { repo, name }: { repo: string; name: string }): Promise<string | undefined> {
  if (name === '' || name.startsWith('-')) return undefined;
  const { code, stdout } = await runGit(git, { dir: repo, args: ['rev-parse', '--verify', '--quiet', `${name}^{commit}`] });
  return code === 0 ? stdout.trim() : undefined;
}

/** The same, where it must be there: fault `not-found`. */
export async function getCommit(git: Git, { repo, name }: { repo: string; name: string }): Promise<string> {
  const commit = await resolveCommit(git, { repo, name });
  if (commit === undefined) throw new Fault('not-found', `there is no commit "${name}" in "${repo}"`, { hint: 'name a branch or commit that is there' });
  return commit;
}
