import { Fault } from '#base';
import { type Git, listRefs, listRemote, type Pushed, pushRef, readOurBranch, resolveCommit } from '#git';
import { rigPaths } from './paths.ts';
import { getRig } from './read-rigs.ts';
import type { SyncDeps } from './sync-rig.ts';

/** What became of one branch: `current` where the source had it already; the rest as `pushRef` says. */
export interface PublishedBranch {
  readonly branch: string;
  readonly commit: string;
  readonly outcome: { readonly kind: 'current' } | Pushed;
}

/**
 * Pushes what the setting `publish` allows to the rig's source, and believes only what the source then shows: agents' branches, which may be rewritten
 * over what we saw there, and the target, only forward. Faults: `invalid` where nothing may be published, `unsupported` without a source,
 * `unavailable` where it can't be reached.
 */
export async function publishRig({ store, git, settings, root, by }: SyncDeps, name: string): Promise<PublishedBranch[]> {
  const rig = await getRig(store.db, name);
  const publish = settings.get('publish', { rig: rig.name });
  if (publish === 'none') {
    throw new Fault('invalid', `the setting "publish" of "${rig.name}" is none`, {
      hint: `allow it with \`baton config set publish branches --rig ${rig.name}\`, or with target to push "${rig.target}" too`,
    });
  }
  const repo = rigPaths(root, rig.name).repository;
  const there = await listThere(git, repo, rig.name);
  const refs = await listRefs(git, { repo, prefix: 'refs/heads/' });
  const chosen = refs.filter(({ ref }) => readOurBranch(branchOf(ref)) !== undefined || (publish === 'target' && branchOf(ref) === rig.target));
  const published: PublishedBranch[] = [];
  for (const { ref, commit } of chosen)
    published.push({
      branch: branchOf(ref),
      commit,
      outcome: await publishRef(git, { repo, ref, commit, isAt: there.get(ref), isTarget: branchOf(ref) === rig.target }),
    });
  const pushed = published.filter(({ outcome }) => outcome.kind === 'pushed').map(({ branch, commit }) => ({ branch, commit }));
  if (pushed.length > 0)
    await store.change({ ...by, point: 'rig.publish' }, async () => ({
      answer: undefined,
      events: [{ type: 'rig_published', rig: rig.name, payload: { pushed } }],
    }));
  return published;
}

/**
 * Pushes one branch of an agent to its rig's source, over what we saw there. Whether that is allowed is its caller's to ask. Faults: `not-found` for a
 * branch that is gone, `unsupported`, `unavailable`.
 */
export async function publishBranch(
  { git, root }: Pick<SyncDeps, 'git' | 'root'>,
  { rig, branch }: { rig: string; branch: string },
): Promise<PublishedBranch['outcome']> {
  const repo = rigPaths(root, rig).repository;
  const ref = `refs/heads/${branch}`;
  const commit = await resolveCommit(git, { repo, name: ref });
  if (commit === undefined) throw new Fault('not-found', `there is no branch "${branch}" in "${rig}"`, { hint: 'it has landed, or was removed' });
  const there = await listThere(git, repo, rig);
  return publishRef(git, { repo, ref, commit, isAt: there.get(ref), isTarget: false });
}

async function publishRef(
  git: Git,
  { repo, ref, commit, isAt, isTarget }: { repo: string; ref: string; commit: string; isAt: string | undefined; isTarget: boolean },
): Promise<PublishedBranch['outcome']> {
  if (isAt === commit) return { kind: 'current' };
  return pushRef(git, { repo, ref, to: ref, ...(isTarget ? {} : { lease: isAt ?? 'none' }) });
}

async function listThere(git: Git, repo: string, rig: string): Promise<ReadonlyMap<string, string>> {
  const there = await listRemote(git, { repo, patterns: ['refs/heads/*'] });
  if (there.kind === 'listed') return there.refs;
  if (there.kind === 'no-origin')
    throw new Fault('unsupported', `"${rig}" began here and has no source to publish to`, { hint: `give it one: git -C "${repo}" remote add origin URL` });
  throw new Fault('unavailable', `the source of "${rig}" can't be reached: ${there.reason}`, {
    hint: 'check the network and your right to read it; nothing was pushed',
  });
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
