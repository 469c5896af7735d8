import { isFault } from '#base';
import { fault } from '#host';
import { findOrigin } from './fetch-origin.ts';
import { listRemote } from './list-remote.ts';
import type { Git } from './open-git.ts';
import { getCommit } from './resolve-commit.ts';
import { findReason } from './rules.ts';
import { type GitResult, runGit } from './run-git.ts';

export type PushRequest = {
  readonly repo: string;
  /** What is pushed: a branch, ref or commit of this repository. */
  readonly ref: string;
  /** The whole name of the ref over there, `refs/heads/…`. */
  readonly to: string;
  /** Where that ref must stand for a push that is no fast-forward; "none": it must not be there. Without it only a fast-forward passes. */
  readonly lease?: string | undefined;
  readonly timeoutMs?: number | undefined;
};

/** `isAt`: where the ref over there stands, if that is known. */
export type Pushed =
  | { readonly kind: 'pushed'; readonly commit: string }
  | { readonly kind: 'rejected'; readonly reason: string; readonly isAt: string | undefined }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'no-origin' };

const pushTimeoutMs = 10 * 60_000;

/**
 * Pushes one ref to where origin fetches from, although the repository's own push is disabled, and believes only what `ls-remote` shows afterwards.
 * Fault `not-found` for an unknown ref.
 */
export async function pushRef(git: Git, { repo, ref, to, lease, timeoutMs = pushTimeoutMs }: PushRequest): Promise<Pushed> {
  const commit = await getCommit(git, { repo, name: ref });
  const url = await findOrigin(git, repo);
  if (url === undefined) return { kind: 'no-origin' };
  const leases = lease === undefined ? [] : [`--force-with-lease=${to}:${lease === 'none' ? '' : lease}`];
  fault('git.push.before');
  const result = await tryPush(git, {
    dir: repo,
    args: ['push', '--quiet', '--no-verify', '--no-signed', '--recurse-submodules=no', ...leases, '--', url, `${commit}:${to}`],
    timeoutMs,
  });
  fault('git.push.after');
  return verify(git, { repo, to, commit, result });
}

async function tryPush(git: Git, call: Parameters<typeof runGit>[1]): Promise<GitResult> {
  try {
    return await runGit(git, call);
  } catch (error) {
    // It may have arrived all the same: the other side is asked.
    if (isFault(error, 'timeout')) return { code: 1, stdout: '', stderr: error.message };
    throw error;
  }
}

async function verify(git: Git, { repo, to, commit, result }: { repo: string; to: string; commit: string; result: GitResult }): Promise<Pushed> {
  const remote = await listRemote(git, { repo, patterns: [to] });
  if (remote.kind !== 'listed') return remote;
  const isAt = remote.refs.get(to);
  if (isAt === commit) return { kind: 'pushed', commit };
  return { kind: 'rejected', reason: result.code === 0 ? `"${to}" was moved by somebody else right after the push` : readRejection(result.stderr), isAt };
}

/** ` ! [rejected]        abc -> main (fetch first)` tells more than git's last line. */
function readRejection(stderr: string): string {
  return / ! \[.*\].*\((.+)\)/.exec(stderr)?.[1] ?? findReason(stderr);
}
