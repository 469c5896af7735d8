import { second } from '#base';
import type { Settings, Source } from '#config/model';
import { makeRetentions, type PrunePolicy } from '#store';

const ttlPrefix = 'krc.ttl.';

/** How the journal is pruned, as the town's settings say now. */
export function krcPolicy(settings: Settings): PrunePolicy {
  const ttls = Object.fromEntries(listTtls(settings).map(({ name, ttlMs }) => [name, ttlMs]));
  return { retentions: makeRetentions(ttls), keep: settings.get('krc.keep'), intervalMs: settings.get('krc.interval_s') * second };
}

/** The times that settings say, each by its type, glob or `default`, and where it comes from. */
export function listTtls(settings: Settings): { name: string; ttlMs: number; source: Source }[] {
  return settings
    .list()
    .filter(({ key }) => key.startsWith(ttlPrefix))
    .map(({ key, value, source }) => ({ name: key.slice(ttlPrefix.length), ttlMs: Number(value) * second, source }));
}
