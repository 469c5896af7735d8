import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeSnapshot, type Overrides, readSettings, type Settings } from '#config';
import { writeFileAtomic } from '#host';
import { isRigName } from './names.ts';
import { rigPaths, townPaths } from './paths.ts';
import { readStamp } from './stamp.ts';

/**
 * The settings of a town from `baton.toml`, each rig's `rig.toml`, and `settings/agents.json`; the snapshot for the hot commands is brought up to date. Faults:
 * `invalid` as `readSettings`.
 */
export function loadSettings(overrides: Overrides, root: string): Settings {
  const files = findSettingsFiles(root);
  // Stamps first: a file that changes while it is read then looks changed, and not unchanged.
  const stamps = Object.fromEntries(files.map(({ path }) => [path, readStamp(join(root, path))]));
  const [town, agents, ...rigs] = files.map(({ path }) => readText(join(root, path)));
  const rigTexts = Object.fromEntries(rigs.map((text, i) => [files[i + 2]?.rig ?? '', text]));
  const settings = readSettings({ town: town ?? '', agents: agents ?? '', rigs: rigTexts, ...overrides });
  saveSnapshot(root, makeSnapshot(settings, stamps));
  return settings;
}

/** `baton.toml`, `settings/agents.json`, then one `rig.toml` of each folder that is a rig's, there or not. */
function findSettingsFiles(root: string): { path: string; rig: string }[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && isRigName(entry.name));
  const rigs = folders
    .map(({ name }) => name)
    .filter((name) => [rigPaths(root, name).settings, rigPaths(root, name).repository].some((path) => existsSync(path)));
  return [
    { path: 'baton.toml', rig: '' },
    { path: relative(root, townPaths(root).roleAgents), rig: '' },
    ...rigs.sort().map((rig) => ({ path: `${rig}/rig.toml`, rig })),
  ];
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The snapshot only saves time: a town on a full or read-only disk can still be read, and whoever must write there meets its own fault. */
function saveSnapshot(root: string, text: string): void {
  const { snapshot, run } = townPaths(root);
  try {
    if (existsSync(snapshot) && readFileSync(snapshot, 'utf8') === text) return;
    if (existsSync(run)) writeFileAtomic(snapshot, text, { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
