import type { Chance, Clock } from '#base';
import type { Settings } from '#config';
import type { Git } from '#git';
import type { HostIdentity } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { TownPaths } from '#town';

/** Everything that verbs are handed, built once per process. A verb names only what it uses. */
export interface Deps {
  readonly clock: Clock;
  readonly chance: Chance;
  /** The caller's environment; what programs of ours get is built from it (O5). */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly host: HostIdentity;
  readonly root: string;
  readonly paths: TownPaths;
  readonly store: Store;
  readonly settings: Settings;
  readonly git: Git;
  readonly by: Writer;
  readonly programs: Programs;
}

/** What the hot commands are handed: no git, which is a program, and they run none (DESIGN.md section 4); no host, whose hash costs as much as they. */
export type HotDeps = Omit<Deps, 'git' | 'host'>;

/** Our own programs: the node that runs them and the folder of the bundles. */
export interface Programs {
  readonly node: string;
  readonly dir: string;
}
