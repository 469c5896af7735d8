import { resolve } from 'node:path';
import { Fault } from '#base';
import { makeRepository } from './make-repository.ts';
import { judgeRefName } from './model.ts';
import type { Git } from './open-git.ts';
import { askGit, askLine } from './run-git.ts';

/** Makes a bare repository with one empty first commit on `branch`; it has no origin. All or nothing, also when killed. Faults: `invalid`, `conflict`. */
export async function createRepository(git: Git, { dir, branch }: { dir: string; branch: string }): Promise<{ target: string; head: string }> {
  const judged = judgeRefName(branch);
  if (judged.kind === 'invalid')
    throw new Fault('invalid', `"${branch}" is no name for a branch: ${judged.reason}`, { hint: 'take a plain word such as main' });
  return makeRepository(git, resolve(dir), 'sha1', async (draft) => {
    const tree = await askLine(git, { dir: draft.dir, args: ['hash-object', '-t', 'tree', '-w', '--stdin'], input: '' });
    const head = await askLine(git, { dir: draft.dir, args: ['commit-tree', tree], input: 'Start\n' });
    await askGit(git, { dir: draft.dir, args: ['update-ref', `refs/heads/${branch}`, head] });
    await askGit(git, { dir: draft.dir, args: ['symbolic-ref', 'HEAD', `refs/heads/${branch}`] });
    return { target: branch, head };
  });
}
