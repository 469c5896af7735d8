import { chmodSync, existsSync, linkSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Chance, type Clock, Fault } from '#base';
import { writeTemplate } from '#config';
import { ensureDir, fault, type HostIdentity, removeTree, writeFileAtomic } from '#host';
import { createStore } from '#store';
import { addTownRows } from './add-town-rows.ts';
import { withDiskFaults } from './disk-faults.ts';
import { draftPath, sweepDrafts } from './drafts.ts';
import { findTownAround, isTown } from './find-town.ts';
import { type TownPaths, townPaths } from './paths.ts';

export interface CreateTownDeps {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly host: HostIdentity;
}

/** `already`: there was a town at that folder, and nothing was changed. `root` is without symbolic links. */
export type CreateTownAnswer = { readonly kind: 'created' | 'already'; readonly root: string };

/**
 * Makes a town: folders, store, settings (DESIGN.md section 5). `baton.toml` comes last, so that a killed one is no town yet and the next one goes on.
 * Fault `conflict` inside another town, or where a file of the folder is in the way.
 */
export async function createTown(deps: CreateTownDeps, { dir, isPersonal = false }: { dir: string; isPersonal?: boolean }): Promise<CreateTownAnswer> {
  const asked = resolve(dir);
  if (isTown(asked) && existsSync(townPaths(asked).store)) return { kind: 'already', root: realpathSync(asked) };
  if (!isPersonal) refuseNested(asked);
  withDiskFaults(asked, () => refuseObstacles(asked));
  const root = withDiskFaults(asked, () => makeFolders(asked, isPersonal));
  fault('init.folders.after');
  const paths = townPaths(root);
  await makeStore(deps, paths);
  fault('init.store.after');
  if (!existsSync(paths.settings)) writeFileAtomic(paths.settings, writeTemplate('town', heading), { mode: 0o600 });
  fault('init.settings.after');
  return { kind: 'created', root };
}

const heading = [
  'Settings of this town. A line without its first # is in force.',
  '`baton config list` tells every setting, its value and where it comes from.',
];

function refuseNested(dir: string): void {
  const outer = findTownAround(dirname(dir));
  if (outer === undefined) return;
  throw new Fault('conflict', `"${dir}" lies inside the town "${outer}"`, {
    hint: 'make towns beside each other; a repository is added to a town with `baton rig add`',
  });
}

/** Files of the folder stay as they are: one that has the name of something that a town needs is in the way. */
function refuseObstacles(dir: string): void {
  const stat = statSync(dir, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) throw new Fault('conflict', `"${dir}" is a file`, { hint: 'name a folder' });
  const paths = townPaths(dir);
  const wrong = [...open(paths), paths.hidden].find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false);
  const settings = existsSync(paths.settings) && !existsSync(paths.hidden) ? paths.settings : undefined;
  const obstacle = wrong ?? settings;
  if (obstacle !== undefined)
    throw new Fault('conflict', `"${obstacle}" is there already and would be overwritten`, { hint: 'move it away, or choose another folder' });
}

/** Folders that people look into. */
function open({ root, formulas, directives }: TownPaths): string[] {
  return [formulas, directives, `${root}/mayor`, `${root}/deacon`, `${root}/deacon/dogs`, `${root}/deacon/dogs/boot`];
}

/** Makes the folders; answers the town's without symbolic links. */
function makeFolders(dir: string, isPersonal: boolean): string {
  ensureDir(dir, isPersonal ? 0o700 : undefined);
  const root = realpathSync(dir);
  const paths = townPaths(root);
  const { hidden, run, alive, pids, spoolTmp, spoolNew, bin, logs, screens, transcripts, making, removed, copies } = paths;
  for (const path of [hidden, run, alive, pids, `${run}/spool`, spoolTmp, spoolNew, bin, logs, screens, transcripts, making, removed, copies])
    ensureDir(path, 0o700);
  for (const path of open(paths)) ensureDir(path);
  return root;
}

/** The store under another name first: a link is made at once, and never over a store that is there. */
async function makeStore({ clock, chance, host }: CreateTownDeps, paths: TownPaths): Promise<void> {
  await sweepDrafts(paths);
  if (existsSync(paths.store)) return;
  const draft = draftPath({ chance }, paths, 'town.db');
  try {
    const store = await createStore({ clock }, draft);
    try {
      await addTownRows(store, host);
    } finally {
      await store.close();
    }
    chmodSync(draft, 0o600);
    fault('init.store.before');
    linkSync(draft, paths.store);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    for (const end of ['', '-wal', '-shm']) await removeTree(`${draft}${end}`);
  }
}
