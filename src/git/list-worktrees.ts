import { existsSync } from 'node:fs';
import type { Git } from './open-git.ts';
import { askGit } from './run-git.ts';

/** One worktree of a repository, the bare repository itself left out. `isMissing`: its folder is gone. `lock` says why it may not be removed. */
export type Worktree = {
  readonly dir: string;
  readonly head: string | undefined;
  /** Missing where HEAD is detached. */
  readonly branch: string | undefined;
  readonly isMissing: boolean;
  readonly lock: { readonly reason: string } | undefined;
};

/** Every worktree that the repository knows, also those whose folder is gone. */
export async function listWorktrees(git: Git, { repo }: { repo: string }): Promise<Worktree[]> {
  const text = await askGit(git, { dir: repo, args: ['worktree', 'list', '--porcelain'] });
  return text.split('\n\n').flatMap((block) => readBlock(block.split('\n')));
}

function readBlock(lines: readonly string[]): Worktree[] {
  const facts = new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const));
  const dir = facts.get('worktree');
  if (dir === undefined || facts.has('bare')) return [];
  const lock = lines.find((line) => /^locked(?: |$)/.test(line));
  return [
    {
      dir,
      head: known(facts.get('HEAD')),
      branch: facts.get('branch')?.replace(/^refs\/heads\//, ''),
      isMissing: !existsSync(dir),
      lock: lock === undefined ? undefined : { reason: lock.slice('locked '.length) },
    },
  ];
}

/** A worktree on a branch without commits has a HEAD of zeros. */
function known(head: string | undefined): string | undefined {
  return head === undefined || /^0+$/.test(head) ? undefined : head;
}
