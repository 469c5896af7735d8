import type { Chance, Clock } from '#base';
import type { Overrides, Settings } from '#config';
import type { HostIdentity } from '#host';
import { openStore, type Store } from '#store';
import { createTown } from './create-town.ts';
import { type Environment, personalTownPath } from './find-town.ts';
import { loadSettings } from './load-settings.ts';
import { type TownPaths, townPaths } from './paths.ts';

/** An open town; close its store. */
export interface Town {
  readonly root: string;
  readonly paths: TownPaths;
  readonly store: Store;
  readonly settings: Settings;
}

/** Opens the town at `root`. Faults: those of `loadSettings` and `openStore`. */
export async function openTown({ clock, ...overrides }: { clock: Clock } & Overrides, root: string): Promise<Town> {
  const paths = townPaths(root);
  const settings = loadSettings(overrides, root);
  return { root, paths, settings, store: await openStore({ clock }, paths.store) };
}

/** Opens the person's own town, made silently where it is not there (DESIGN.md section 5). */
export async function openPersonalTown(deps: {
  clock: Clock;
  chance: Chance;
  host: HostIdentity;
  env: Environment;
  flags?: Overrides['flags'];
}): Promise<Town> {
  const { root } = await createTown(deps, { dir: personalTownPath(deps.env), isPersonal: true });
  return openTown(deps, root);
}
