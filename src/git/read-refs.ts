import type { Git } from './open-git.ts';
import { askGit, runGit } from './run-git.ts';

/** `committedAt` in ms since 1970. */
export type FoundRef = { readonly ref: string; readonly commit: string; readonly committedAt: number };

/** The object id that a ref, written whole, stands at; undefined where there is none. */
export async function readRef(git: Git, { repo, ref }: { repo: string; ref: string }): Promise<string | undefined> {
  const { code, stdout } = await runGit(git, { dir: repo, args: ['rev-parse', '--verify', '--quiet', ref] });
  return code === 0 ? stdout.trim() : undefined;
}

/** The refs under a prefix such as `refs/baton/preserved/`, with the moments of their commits, by name. */
export async function listRefs(git: Git, { repo, prefix }: { repo: string; prefix: string }): Promise<FoundRef[]> {
  const format = '--format=%(objectname) %(committerdate:unix) %(refname)';
  const text = await askGit(git, { dir: repo, args: ['for-each-ref', format, '--', prefix] });
  return text.split('\n').flatMap((line) => {
    const [commit, seconds, ref] = line.split(' ');
    return commit === undefined || ref === undefined ? [] : [{ ref, commit, committedAt: Number(seconds) * 1000 }];
  });
}
