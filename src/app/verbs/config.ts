import { existsSync, readFileSync } from 'node:fs';
import { editToml, readSettings, type SettingsFile } from '#config';
import { chooseRuntime } from '#dispatch';
import { writeFileAtomic } from '#host';
import { getRuntime } from '#runtimes';
import { listRigs, loadSettings } from '#town';
import { type Role, rigPaths } from '#town/model';
import type { Deps } from '../deps.ts';
import { rigOf } from './places.ts';

export type ConfigVerbs = ReturnType<typeof configVerbs>;

interface About {
  readonly rig?: string | undefined;
}

/** Settings: `baton.toml`, and `rig.toml` where a rig is named. */
export function configVerbs(deps: Deps) {
  const { db } = deps.store;
  const rigName = async (text: string | undefined) => (await rigOf(db, text))?.name;
  return {
    get: async ({ key, rig }: About & { key: string }) => deps.settings.explain(key, { rig: await rigName(rig) }),
    list: async ({ rig }: About) => deps.settings.list({ rig: await rigName(rig) }),
    /** The runtime that a setting names, or would give a role. */
    role: async ({ role, rig: text }: About & { role: Exclude<Role, 'overseer'> }) => ({
      role,
      ...chooseRuntime(loadSettings({ env: deps.env }, deps.root), { role, rig: (await rigName(text)) ?? null }, undefined),
    }),
    /** Fault `not-found` for a runtime that neither Baton nor the settings have. */
    assertRuntime: async ({ name, rig: text }: About & { name: string }) => void getRuntime(name, deps.settings, { rig: await rigName(text) }),
    /** Writes one key and leaves the rest of the file as it is. Fault `invalid` where the settings would no longer be sound. */
    set: async ({ key, value, rig: text }: About & { key: string; value: string }) => {
      const rig = await rigName(text);
      const file = settingsFile(deps, rig);
      const edited = editToml(file, key, value);
      await assertSound(deps, rig, edited);
      writeFileAtomic(file.path, edited, { mode: 0o600 });
      return loadSettings({ env: deps.env }, deps.root).explain(key, { rig });
    },
  };
}

function settingsFile({ root, paths }: Deps, rig: string | undefined): SettingsFile & { path: string } {
  if (rig === undefined) return { place: 'town', name: 'baton.toml', path: paths.settings, text: readText(paths.settings) };
  const path = rigPaths(root, rig).settings;
  return { place: 'rig', name: `${rig}/rig.toml`, path, text: readText(path) };
}

/** Reads all settings as they would be, so that a file that contradicts itself or another is never written. */
async function assertSound({ store, paths, root }: Deps, rig: string | undefined, edited: string): Promise<void> {
  const rigs = (await listRigs(store.db)).map(({ name }) => [name, name === rig ? edited : readText(rigPaths(root, name).settings)] as const);
  const agents = readText(paths.roleAgents);
  readSettings({ agents, town: rig === undefined ? edited : readText(paths.settings), rigs: Object.fromEntries(rigs) });
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
