import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#base';
import { writeTemplate } from '#config';
import { cloneBare, createRepository, type Git, installReferenceGuard } from '#git';
import { ensureDir, fault, removeTree, writeFileAtomic } from '#host';
import { type ClearDeps, moveAway } from './clear-worktree.ts';
import { withDiskFaults } from './disk-faults.ts';
import type { RigPaths } from './paths.ts';

/** Where a rig's repository comes from; without a URL a new one is made. */
export interface RigSource {
  readonly url: string | undefined;
}

/**
 * Makes the rig's folder ours to fill: empty, or what a killed attempt left. A marker in it says so until the rows are there. `former` is the name of a
 * removed rig, whose folder stands there still if its remover was killed. Fault `conflict` where it is somebody else's.
 */
export async function clearPlace(deps: Pick<ClearDeps, 'store' | 'root'>, paths: RigPaths, former: string | undefined): Promise<void> {
  const isLeftover = existsSync(marker(paths));
  if (!isLeftover && existsSync(paths.root) && readdirSync(paths.root).length > 0) {
    if (former === undefined) throw new Fault('conflict', `"${paths.root}" is there already`, { hint: 'move it away, or give the rig another name' });
    moveAway(deps, paths.root, former);
  }
  withDiskFaults(paths.root, () => {
    ensureDir(paths.root);
    writeFileSync(marker(paths), '', { mode: 0o600 });
  });
  fault('rig.add.begun');
  // Only the repository: what is beside it belongs to git's own attempt, which clears it knowing what still runs there.
  if (isLeftover) await removeTree(paths.repository);
}

/** Clones or makes the repository, guards its target, and lays out the rig's folders and settings. */
export async function fillPlace(
  git: Git,
  paths: RigPaths,
  { url }: RigSource,
): Promise<{ target: string; head: string; isDetached: boolean; isShallow: boolean }> {
  const made =
    url === undefined
      ? { ...(await createRepository(git, { dir: paths.repository, branch: 'main' })), isDetached: false, isShallow: false }
      : await cloneBare(git, { source: url, dir: paths.repository });
  fault('rig.add.cloned');
  await installReferenceGuard(git, { repo: paths.repository, target: made.target });
  withDiskFaults(paths.root, () => {
    for (const folder of [paths.crew, paths.polecats, paths.witness, dirname(paths.refinery)]) ensureDir(folder);
    if (!existsSync(paths.settings)) writeFileAtomic(paths.settings, writeTemplate('rig', heading), { mode: 0o600 });
  });
  fault('rig.add.filled');
  return made;
}

/** The rig has its rows: the folder is no attempt any more. */
export function unmarkPlace(paths: RigPaths): void {
  rmSync(marker(paths), { force: true });
}

/** Takes a failed attempt back, while its marker says that it is one. */
export async function leavePlace(paths: RigPaths): Promise<void> {
  if (existsSync(marker(paths))) await removeTree(paths.root);
}

const heading = ['Settings of this rig. A line without its first # is in force; every key of baton.toml may stand here too.'];

function marker(paths: RigPaths): string {
  return join(paths.root, '.adding');
}
