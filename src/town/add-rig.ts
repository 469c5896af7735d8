import { realpathSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type Chance, Fault } from '#base';
import { findRepositoryAround, type Git } from '#git';
import { fault } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { nameKey } from './address.ts';
import { loadSettings } from './load-settings.ts';
import { checkedRigName } from './names.ts';
import { rigPaths } from './paths.ts';
import type { Rig } from './rig.ts';
import { clearPlace, fillPlace, leavePlace, type RigSource, unmarkPlace } from './rig-folder.ts';
import { choosePrefix, findRigRow, insertRigRows, rigTaken } from './rig-rows.ts';
import { withTurn } from './with-turn.ts';

export interface RigDeps {
  readonly store: Store;
  readonly git: Git;
  readonly chance: Chance;
  readonly root: string;
  readonly by: Writer;
}

/** `source` is a path or URL; without it the repository around `cwd` is taken, else, with `create`, a new one is made. */
export interface RigToAdd {
  readonly name: string;
  readonly cwd: string;
  readonly source?: string | undefined;
  readonly prefix?: string | undefined;
  readonly create?: boolean;
}

/** `isDetached`: the source's HEAD was on no branch, so the target was guessed. */
export interface AddedRig {
  readonly rig: Rig;
  readonly head: string;
  readonly isNew: boolean;
  readonly isDetached: boolean;
  readonly isShallow: boolean;
}

/**
 * Adds a rig: a bare clone of its source, its settings file, and the rows of rig, witness and refinery. Killed anywhere it can be done again; of two
 * that add one name one wins. Faults: `invalid` name, prefix or source, `conflict` where name, prefix or folder are taken, `unavailable` source.
 */
export async function addRig(deps: RigDeps, request: RigToAdd): Promise<AddedRig> {
  const name = checkedRigName(request.name);
  await refuseTaken(deps, name);
  await choosePrefix(deps.store.db, { ...request, name });
  const source = await chooseSource(deps, request);
  return withTurn(deps, rigTurn(name), `the rig "${name}" is being added or removed by another process`, async () => {
    const former = await refuseTaken(deps, name);
    const paths = rigPaths(deps.root, former?.name ?? name);
    await clearPlace(deps, paths, former?.name);
    try {
      const made = await fillPlace(deps.git, paths, source);
      const rig = await insertRigRows(deps, {
        name: former?.name ?? name,
        prefix: request.prefix,
        source: source.url === undefined ? null : withoutSecrets(source.url),
        target: made.target,
      });
      unmarkPlace(paths);
      fault('rig.add.marked');
      loadSettings({}, deps.root);
      return { ...made, rig, isNew: source.url === undefined };
    } catch (error) {
      await leavePlace(paths);
      throw error;
    }
  });
}

/** The name under which adding and removing of one rig take turns. */
export function rigTurn(name: string): string {
  return `rig:${nameKey(name)}`;
}

async function refuseTaken({ store }: RigDeps, name: string): Promise<{ name: string } | undefined> {
  const row = await findRigRow(store.db, name);
  if (row?.removed_at === null) throw rigTaken(row.name);
  return row;
}

async function chooseSource({ git, root }: RigDeps, { source, cwd, create = false }: RigToAdd): Promise<RigSource> {
  if (source !== undefined) return { url: isAbsolute(source) || isUrl(source) ? source : resolve(cwd, source) };
  const around = await findRepositoryAround(git, cwd);
  const dir = around?.top ?? around?.gitDir;
  // Inside the town the repository around is one of our own worktrees.
  if (dir !== undefined && !`${realpathSync(dir)}/`.startsWith(`${root}/`)) return { url: dir };
  if (create) return { url: undefined };
  throw new Fault('invalid', `there is no repository around "${cwd}"`, { hint: 'name one by its path or URL' });
}

/** `https://…`, `ssh://…`, or `host:path`; what begins with `/` or `.` is a path. */
function isUrl(source: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(source) || /^[^/.][^/]*:(?!\/\/)/.test(source);
}

/** A URL for rows and journal: without the name and password or token that it may carry (DESIGN.md section 16). */
export function withoutSecrets(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/^([a-z+]+:\/\/[^/:@]*):[^/@]*@/i, '$1@');
}
