import { isFault } from '#base';
import { fault } from '#host';
import type { MovedRef } from './model.ts';
import type { Git } from './open-git.ts';
import { readRefLines } from './read-remote-heads.ts';
import { findReason, judgeFailure } from './rules.ts';
import { askGit, explainFailure, type GitResult, runGit } from './run-git.ts';

/** `no-origin`: the repository was made here and has nowhere to fetch from. */
export type Fetched =
  | { readonly kind: 'fetched'; readonly moved: readonly MovedRef[] }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'no-origin' };

const fetchTimeoutMs = 10 * 60_000;
const fetchArgs = ['fetch', '--quiet', '--prune', '--update-shallow', '--no-recurse-submodules', '--no-write-fetch-head', 'origin'];

/** Brings `refs/remotes/origin/*` up to date, gone branches included; no local branch moves. Faults: what is wrong on this side (disk full, no repository). */
export async function fetchOrigin(git: Git, { repo, timeoutMs = fetchTimeoutMs }: { repo: string; timeoutMs?: number | undefined }): Promise<Fetched> {
  if ((await findOrigin(git, repo)) === undefined) return { kind: 'no-origin' };
  const before = await readTracking(git, repo);
  const failed = await tryFetch(git, repo, timeoutMs);
  if (failed !== undefined) return { kind: 'unreachable', reason: failed };
  fault('git.fetch.after');
  return { kind: 'fetched', moved: listMoved(before, await readTracking(git, repo)) };
}

/** Where `origin` fetches from; undefined without one. */
export async function findOrigin(git: Git, repo: string): Promise<string | undefined> {
  const { code, stdout } = await runGit(git, { dir: repo, args: ['config', '--get', 'remote.origin.url'] });
  return code === 0 ? stdout.replace(/\n$/, '') : undefined;
}

/** Why the other side could not be reached, or undefined where all went well. */
async function tryFetch(git: Git, repo: string, timeoutMs: number): Promise<string | undefined> {
  let result: GitResult;
  try {
    result = await runGit(git, { dir: repo, args: fetchArgs, timeoutMs });
  } catch (error) {
    if (isFault(error, 'timeout')) return error.message;
    throw error;
  }
  if (result.code === 0) return undefined;
  if (judgeFailure(result.stderr, repo)?.kind === 'unavailable' && !/remote/i.test(result.stderr)) throw explainFailure({ dir: repo, args: fetchArgs }, result);
  return findReason(result.stderr);
}

async function readTracking(git: Git, repo: string): Promise<Map<string, string>> {
  return readRefLines(await askGit(git, { dir: repo, args: ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/remotes/origin/'] }));
}

function listMoved(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): MovedRef[] {
  const refs = [...new Set([...before.keys(), ...after.keys()])].sort();
  return refs.map((ref) => ({ ref, from: before.get(ref), to: after.get(ref) })).filter(({ from, to }) => from !== to);
}
