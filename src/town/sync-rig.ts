import { Fault } from '#base';
import type { Settings } from '#config';
import { type Fetched, type Forwarded, fastForward, fetchOrigin, type Git, installReferenceGuard, readRef } from '#git';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { rigPaths } from './paths.ts';
import { getRig } from './read-rigs.ts';
import type { Rig } from './rig.ts';

export interface SyncDeps {
  readonly store: Store;
  readonly git: Git;
  readonly settings: Settings;
  readonly root: string;
  readonly by: Writer;
}

/** What a sync found: `forwarded` says how the target stands to its source's, `diverged` included; `formerTarget` where the setting `target` was taken up. */
export interface SyncedRig {
  readonly rig: Rig;
  readonly fetched: Fetched;
  readonly forwarded: Forwarded;
  readonly formerTarget: string | undefined;
}

/**
 * Fetches the rig's source, takes up a changed setting `target`, sees that the target is guarded, and moves it forward to where the source has it; a
 * target that has commits of its own is only told. Faults: `not-found`, `unavailable` where the source can't be reached.
 */
export async function syncRig(deps: SyncDeps, name: string): Promise<SyncedRig> {
  const before = await getRig(deps.store.db, name);
  const repo = rigPaths(deps.root, before.name).repository;
  const fetched = await fetchOrigin(deps.git, { repo });
  if (fetched.kind === 'unreachable')
    throw new Fault('unavailable', `the source of "${before.name}" can't be reached: ${fetched.reason}`, {
      hint: `its source is ${before.source ?? 'unknown'}; nothing was changed`,
    });
  const target = await chooseTarget(deps, before, repo);
  const forwarded = await fastForward(deps.git, { repo, branch: target });
  await installReferenceGuard(deps.git, { repo, target });
  const rig = { ...before, target };
  const moved = fetched.kind === 'fetched' ? fetched.moved : [];
  if (target === before.target && moved.length === 0 && forwarded.kind !== 'forwarded') return { rig, fetched, forwarded, formerTarget: undefined };
  await deps.store.change({ ...deps.by, point: 'rig.sync' }, async (tx) => {
    if (target !== before.target) await tx.updateTable('rigs').set({ target }).where('name', '=', before.name).execute();
    return { answer: undefined, events: [{ type: 'rig_synced', rig: before.name, payload: { target, movedCount: moved.length, forwarded } }] };
  });
  return { rig, fetched, forwarded, formerTarget: target === before.target ? undefined : before.target };
}

/** The setting `target` where it names a branch of ours or of the source, else the target as it is. */
async function chooseTarget({ git, settings }: SyncDeps, rig: Rig, repo: string): Promise<string> {
  const target = settings.get('target', { rig: rig.name }) ?? rig.target;
  if (target === rig.target) return target;
  const places = await Promise.all([`refs/heads/${target}`, `refs/remotes/origin/${target}`].map((ref) => readRef(git, { repo, ref })));
  if (places.some((commit) => commit !== undefined)) return target;
  throw new Fault('not-found', `the setting "target" of "${rig.name}" is "${target}", and there is no such branch`, {
    hint: `name a branch of ${rig.source ?? 'the repository'} in ${rig.name}/rig.toml`,
  });
}
