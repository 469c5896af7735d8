import type { FaultKind } from '#base';

/** What a remote tells about itself before anything is fetched: its branches by name, and where HEAD stands. */
export type RemoteHeads = { readonly headBranch: string | undefined; readonly headCommit: string | undefined; readonly branches: ReadonlyMap<string, string> };

export type TargetChoice =
  | { readonly kind: 'chosen'; readonly target: string; readonly commit: string; readonly isDetached: boolean; readonly hasBranch: boolean }
  | { readonly kind: 'no-commits' }
  | { readonly kind: 'unclear'; readonly branches: readonly string[] };

/**
 * Which branch of a source becomes the target: the one that is asked for, else HEAD's. Where HEAD is detached: a branch that stands where HEAD
 * does, else `main`, `master` or the only branch, else a new `main` at HEAD's commit.
 */
export function judgeTarget(heads: RemoteHeads, wanted: string | undefined): TargetChoice {
  const { headBranch, headCommit, branches } = heads;
  if (branches.size === 0 && headCommit === undefined) return { kind: 'no-commits' };
  const name = wanted ?? headBranch;
  const commit = name === undefined ? undefined : branches.get(name);
  if (name !== undefined && commit !== undefined) return { kind: 'chosen', target: name, commit, isDetached: headBranch === undefined, hasBranch: true };
  if (wanted !== undefined) return { kind: 'unclear', branches: [...branches.keys()] };
  const likely = ['main', 'master', ...branches.keys()].filter((branch) => branches.has(branch));
  const same = likely.find((branch) => branches.get(branch) === headCommit);
  const usual = same ?? likely.find((branch) => branch === 'main' || branch === 'master' || branches.size === 1);
  const usualCommit = usual === undefined ? undefined : branches.get(usual);
  if (usual !== undefined && usualCommit !== undefined) return { kind: 'chosen', target: usual, commit: usualCommit, isDetached: true, hasBranch: true };
  if (headCommit === undefined) return { kind: 'unclear', branches: [...branches.keys()] };
  return { kind: 'chosen', target: 'main', commit: headCommit, isDetached: true, hasBranch: false };
}

/** True for `https://…`, `ssh://…`, `file://…` and `host:path`: what git reaches as a remote and not as a folder. */
export function isRemoteUrl(source: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(source) || /^[^/]+:(?!\/\/)/.test(source);
}

/** The words of one of git's failures that we have an answer to. `{place}` stands for where it happened, `{1}` for the first group. */
type KnownFailure = { readonly match: RegExp; readonly kind: FaultKind; readonly message: string; readonly hint: string };

const knownFailures: readonly KnownFailure[] = [
  {
    match: /No space left on device|Disk quota exceeded/i,
    kind: 'unavailable',
    message: 'the disk that holds "{place}" is full',
    hint: 'free some space and do it again; nothing was lost',
  },
  {
    match: /detected dubious ownership in repository at '(.+?)'/,
    kind: 'invalid',
    message: '"{1}" belongs to another user, so git does not read it',
    hint: 'if you trust it: git config --global --add safe.directory "{1}"',
  },
  {
    match: /already (?:checked out|used by worktree) at '(.+?)'|is already used by worktree at '(.+?)'/,
    kind: 'conflict',
    message: 'that branch is already checked out in "{1}"',
    hint: 'take another branch, or remove that worktree first',
  },
  {
    match: /Read-only file system|Permission denied/i,
    kind: 'unavailable',
    message: 'git may not write in "{place}"',
    hint: 'give this user the right to write there',
  },
  {
    match: /not a git repository|must be run in a work tree|does not appear to be a git repository/,
    kind: 'invalid',
    message: '"{place}" is not the top folder of a git repository or worktree',
    hint: 'name the top folder; `git init` and a first commit make one',
  },
  {
    match: /bad revision '(.+?)'|ambiguous argument '(.+?)'|Not a valid object name:? (.+)|invalid reference: (.+)|invalid upstream '(.+?)'/,
    kind: 'not-found',
    message: 'git knows no "{1}" in "{place}"',
    hint: 'name a branch or commit that is there: git branch -a',
  },
  {
    match: /cannot lock ref '(.+?)': .*exists; cannot create/,
    kind: 'conflict',
    message: 'the ref "{1}" does not fit beside one that is there',
    hint: 'a branch "a" and a branch "a/b" cannot both exist; take another name',
  },
  {
    match: /object file .* is empty|loose object .* is corrupt|missing blob|missing tree|packfile .* (?:corrupt|cannot be accessed)|bad object/i,
    kind: 'unavailable',
    message: 'the repository behind "{place}" is damaged',
    hint: 'look with `git fsck`; `baton rig add` from its source makes a fresh one',
  },
];

/** What a failure of git means to people; undefined where we do not know those words. */
export function judgeFailure(stderr: string, place: string): { readonly kind: FaultKind; readonly message: string; readonly hint: string } | undefined {
  for (const { match, kind, message, hint } of knownFailures) {
    const found = match.exec(stderr);
    if (found === null) continue;
    const group =
      found
        .slice(1)
        .find((text) => text !== undefined)
        ?.trim() ?? place;
    const fill = (text: string) => text.replaceAll('{1}', group).replaceAll('{place}', place);
    return { kind, message: fill(message), hint: fill(hint) };
  }
  return undefined;
}

/** The lock file that made git give up, or undefined where it failed for another reason. `half-made` is a worktree's record seen while it was written. */
export function findLock(stderr: string): { readonly kind: 'lock' | 'half-made'; readonly path: string } | undefined {
  const lock = /Unable to create '(.+?\.lock)': File exists/.exec(stderr)?.[1];
  if (lock !== undefined) return { kind: 'lock', path: lock };
  const config = /could not lock config file (.+?): File exists/.exec(stderr)?.[1];
  if (config !== undefined) return { kind: 'lock', path: `${config}.lock` };
  const record = /failed to read '?(.+?\/commondir)'?:/.exec(stderr)?.[1];
  return record === undefined ? undefined : { kind: 'half-made', path: record };
}

/** The line with which git says why, without its `fatal:` or `error:`. What ssh said goes before git's "could not read from remote". */
export function findReason(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line !== '' && !/^(?:hint:|Please make sure|and the repository exists|fatal: Could not read from remote)/.test(line));
  const reason = telling.find((line) => /^(?:fatal|error|remote|ssh):/.test(line)) ?? telling[0] ?? 'git said nothing';
  return reason.replace(/^(?:fatal|error): /, '');
}

/** The text without what stands before the `@` of a URL: it may be a password or token, and faults reach logs. */
export function hideSecrets(text: string): string {
  return text.replace(/(:\/\/)[^/@\s'"]+@/g, '$1…@');
}

/** A commit to be folded or kept, oldest first. */
export type ChainLink = { readonly commit: string; readonly isFolded: boolean };

/**
 * Which commits remain of a chain, oldest first: each kept commit with the commit whose tree it gets. A folded commit's changes go into the next
 * kept one; those at the end into the last kept one. Of a chain that has only folded ones, the last remains.
 */
export function planFold(chain: readonly ChainLink[]): { readonly message: string; readonly tree: string }[] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  const kept = chain.filter((link) => !link.isFolded);
  if (kept.length === 0) return [{ message: last.commit, tree: last.commit }];
  return kept.map(({ commit }, index) => ({ message: commit, tree: index === kept.length - 1 ? last.commit : commit }));
}
