import { isFault } from '#base';
import { findOrigin } from './fetch-origin.ts';
import type { Git } from './open-git.ts';
import { readRefLines } from './read-remote-heads.ts';
import { findReason } from './rules.ts';
import { type GitResult, runGit } from './run-git.ts';

/** `refs`: object ids by the whole name of the ref. */
export type RemoteRefs =
  | { readonly kind: 'listed'; readonly refs: ReadonlyMap<string, string> }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'no-origin' };

const lookTimeoutMs = 60_000;

/** Asks origin itself which refs it has (`git ls-remote`), all or those that fit the patterns. */
export async function listRemote(
  git: Git,
  { repo, patterns = [], timeoutMs = lookTimeoutMs }: { repo: string; patterns?: readonly string[]; timeoutMs?: number | undefined },
): Promise<RemoteRefs> {
  const url = await findOrigin(git, repo);
  if (url === undefined) return { kind: 'no-origin' };
  let result: GitResult;
  try {
    result = await runGit(git, { dir: repo, args: ['ls-remote', '--quiet', '--', url, ...patterns], timeoutMs });
  } catch (error) {
    if (isFault(error, 'timeout')) return { kind: 'unreachable', reason: error.message };
    throw error;
  }
  return result.code === 0 ? { kind: 'listed', refs: readRefLines(result.stdout) } : { kind: 'unreachable', reason: findReason(result.stderr) };
}
