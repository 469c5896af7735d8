import { type Clock, isFault, second } from '#base';
import type { Settings } from '#config';
import { loadSettings, loadSnapshot } from '#town';

/** How long settings are believed before their files are looked at again. */
const believedMs = second;

/**
 * The settings of a town as their files say now, for the daemon, which outlives many edits. Files that are not sound are told once and change
 * nothing until they are.
 */
export function liveSettings(parts: { clock: Clock; root: string; first: Settings; tell: (line: string) => void }): Settings {
  let current = parts.first;
  let lookedAt = parts.clock.monotonic();
  let told = '';
  const look = (): Settings => {
    if (parts.clock.monotonic() - lookedAt < believedMs) return current;
    lookedAt = parts.clock.monotonic();
    try {
      current = loadSnapshot({}, parts.root) ?? loadSettings({}, parts.root);
      told = '';
    } catch (error) {
      if (!isFault(error)) throw error;
      if (error.message !== told) parts.tell(`the settings stay as they were: ${error.message}`);
      told = error.message;
    }
    return current;
  };
  return {
    get: (key, about) => look().get(key, about),
    explain: (key, about) => look().explain(key, about),
    list: (about) => look().list(about),
    get files() {
      return look().files;
    },
  };
}
