import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { Fault, nearestName } from '#base';
import { type Draft, makeRepository, setConfig } from './make-repository.ts';
import type { Git } from './open-git.ts';
import { readRemoteHeads } from './read-remote-heads.ts';
import { findReason, hideSecrets, isRemoteUrl, judgeTarget, type RemoteHeads, type TargetChoice } from './rules.ts';
import { askGit, askLine, explainFailure } from './run-git.ts';

export type CloneRequest = {
  /** A folder (absolute path) or a URL. A folder may be shallow, a linked worktree or without a branch checked out; nothing is written into it. */
  readonly source: string;
  /** Where the bare repository comes to lie; its parent folder is there. */
  readonly dir: string;
  /** The branch to work towards, instead of the source's HEAD. */
  readonly target?: string | undefined;
  readonly timeoutMs?: number | undefined;
};

/** `isDetached`: the source's HEAD was on no branch, so the target was guessed. */
export type Cloned = { readonly target: string; readonly head: string; readonly isDetached: boolean; readonly isShallow: boolean };

const cloneTimeoutMs = 30 * 60_000;
/** Git takes it for a folder and quotes it in its refusal: that is how a person reads it. */
const pushRefusal = 'push is disabled here; baton rig publish does it';

/**
 * Clones into a bare repository: all branches of the source as `refs/remotes/origin/*`, one local branch as the target, push disabled, hooks pinned to
 * its own. All or nothing, also when killed. Faults: `not-found`, `invalid` (no repository, no commits), `conflict`, `unavailable`.
 */
export async function cloneBare(git: Git, { source, dir, target: wanted, timeoutMs = cloneTimeoutMs }: CloneRequest): Promise<Cloned> {
  const url = checkSource(source);
  const heads = await lookAt(git, { url, near: dirname(dir) });
  const choice = judgeTarget(heads, wanted);
  if (choice.kind !== 'chosen') throw refusal(hideSecrets(source), choice, wanted);
  const format = choice.commit.length === 64 ? 'sha256' : 'sha1';
  return makeRepository(git, resolve(dir), format, (draft) => fill(git, draft, url, choice, timeoutMs));
}

async function fill(git: Git, { dir }: Draft, url: string, choice: TargetChoice & { kind: 'chosen' }, timeoutMs: number): Promise<Cloned> {
  const { target, isDetached, hasBranch } = choice;
  const branches = '+refs/heads/*:refs/remotes/origin/*';
  await setConfig(git, dir, '--local', { 'remote.origin.url': url, 'remote.origin.fetch': branches, 'remote.origin.pushurl': pushRefusal });
  const refspecs = hasBranch ? [branches] : [branches, 'HEAD'];
  await askGit(git, { dir, args: ['fetch', '--quiet', '--update-shallow', '--no-recurse-submodules', 'origin', ...refspecs], timeoutMs });
  // The branch may have moved between our look and the fetch: then what was fetched is right.
  const head = hasBranch ? await askLine(git, { dir, args: ['rev-parse', '--verify', `refs/remotes/origin/${target}`] }) : choice.commit;
  await askGit(git, { dir, args: ['update-ref', `refs/heads/${target}`, head] });
  await askGit(git, { dir, args: ['symbolic-ref', 'HEAD', `refs/heads/${target}`] });
  const isShallow = (await askLine(git, { dir, args: ['rev-parse', '--is-shallow-repository'] })) === 'true';
  return { target, head, isDetached, isShallow };
}

function checkSource(source: string): string {
  if (isRemoteUrl(source)) return source;
  if (!isAbsolute(source)) throw new Fault('invalid', `"${source}" is neither a URL nor an absolute path`, { hint: 'name the repository by its whole path' });
  if (!existsSync(source)) throw new Fault('not-found', `there is no "${source}"`, { hint: 'name the folder of a git repository, or a URL' });
  if (!statSync(source).isDirectory()) throw new Fault('invalid', `"${source}" is a file`, { hint: 'name the folder of a git repository, or a URL' });
  return resolve(source);
}

async function lookAt(git: Git, { url, near }: { url: string; near: string }): Promise<RemoteHeads> {
  const look = await readRemoteHeads(git, { url, near });
  if (look.kind === 'listed') return look.heads;
  const isNoRepository = /does not appear to be a git repository|not a git repository|repository '.*' does not exist|Repository not found/i.test(look.stderr);
  const cause = new Error(look.stderr.trim());
  const shown = hideSecrets(url);
  if (isNoRepository) throw new Fault('invalid', `"${shown}" is not a git repository`, { hint: 'name the top folder of a repository, or its URL', cause });
  if (/dubious ownership/.test(look.stderr)) throw explainFailure({ dir: url, args: ['ls-remote'] }, { code: 128, stdout: '', stderr: look.stderr });
  throw new Fault('unavailable', `"${shown}" could not be read: ${findReason(look.stderr)}`, {
    hint: 'check the address, the network and your right to read it',
    cause,
  });
}

function refusal(source: string, choice: Exclude<TargetChoice, { kind: 'chosen' }>, wanted: string | undefined): Fault {
  if (choice.kind === 'no-commits')
    return new Fault('invalid', `the repository "${source}" has no commits`, { hint: 'make a first commit there: git commit --allow-empty -m start' });
  const details = { branches: choice.branches };
  if (wanted === undefined)
    return new Fault('invalid', `it is not clear which branch of "${source}" to work on`, { hint: `name one of: ${choice.branches.join(', ')}`, details });
  const near = nearestName(wanted, choice.branches);
  return new Fault('not-found', `"${source}" has no branch "${wanted}"`, {
    hint: near === undefined ? `name one of: ${choice.branches.join(', ')}` : `did you mean "${near}"?`,
    details,
  });
}
