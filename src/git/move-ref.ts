import { Fault } from '#base';
import { fault } from '#host';
import { judgeRefName } from './model.ts';
import type { Git } from './open-git.ts';
import { readRef } from './read-refs.ts';
import { explainFailure, runGit } from './run-git.ts';

export type RefMove = {
  readonly repo: string;
  /** The whole name, `refs/heads/…`. */
  readonly ref: string;
  /** Where it stands now, an object id; undefined: it is not there. */
  readonly from: string | undefined;
  /** Where it is to stand, an object id; undefined: it is removed. */
  readonly to: string | undefined;
};

/** Moves, makes or removes a ref only if it stands where `from` says: of racing callers one moves it. Faults: `conflict` where the name does not fit beside another, `not-found` for an unknown commit. */
export async function moveRef(git: Git, { repo, ref, from, to }: RefMove): Promise<'moved' | 'changed-meanwhile'> {
  const judged = judgeRefName(ref);
  if (judged.kind === 'invalid' || !ref.startsWith('refs/'))
    throw new Fault('invalid', `"${ref}" is no name of a ref`, { hint: 'write it whole, such as refs/heads/main' });
  fault('git.ref.before');
  if (to === undefined && from === undefined) return (await readRef(git, { repo, ref })) === undefined ? 'moved' : 'changed-meanwhile';
  const args = to === undefined ? ['update-ref', '--no-deref', '-d', ref, from ?? ''] : ['update-ref', '--no-deref', ref, to, from ?? '0'.repeat(to.length)];
  const result = await runGit(git, { dir: repo, args });
  fault('git.ref.after');
  if (result.code === 0) return 'moved';
  if ((await readRef(git, { repo, ref })) !== from) return 'changed-meanwhile';
  throw explainFailure({ dir: repo, args }, result);
}
