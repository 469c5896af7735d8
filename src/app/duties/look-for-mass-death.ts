import { formatDuration, minute, plural, second } from '#base';
import { diskFreeMin } from '#dispatch/model';
import { countOutOfMemoryKills, diskFree } from '#host';
import { escalateRow } from '#mail';
import { endMassDeathRow, findMassDeath, isMassDeathOver, isMassDeathWhole, keepMassDeathRow, listDeathsSince, type MassDeath, readMassDeath } from '#sessions';
import type { Deps } from '../deps.ts';

/** Deaths of so long ago are looked at: those of a time without a daemon are told too. */
const lookedAtMs = 10 * minute;
/** A kernel that ended processes for want of memory did it shortly before the deaths that it caused. */
const signMs = 30 * second;

/** Looks once a round; answers the mass death that is under way. */
export type MassDeathLook = () => Promise<MassDeath | undefined>;

/**
 * Looks whether three or more died within 30 s (V2), keeps what is known of it, and tells of it once when it is over. While one is under way the
 * host is suspected: nobody is ended for being stuck or full, and agents come back one by one.
 */
export function makeMassDeathLook(deps: Deps): MassDeathLook {
  const by = { actor: 'daemon' };
  const told = new Set<number>();
  let baseline = countOutOfMemoryKills() ?? 0;
  return async () => {
    const { store, clock, host } = deps;
    const now = clock.now();
    const known = await readMassDeath(store.db);
    const since = known === undefined ? now - lookedAtMs : known.firstAt - 1;
    const deaths = await listDeathsSince(store.db, { host: host.id, since });
    const kills = countOutOfMemoryKills() ?? 0;
    if (deaths.every(({ at }) => Math.abs(now - at) > signMs)) baseline = kills;
    const signs = { outOfMemoryKills: kills - baseline, isDiskFull: diskFree(deps.root) < diskFreeMin };
    const seen = deaths.length < 3 ? undefined : findMassDeath(deaths, signs);
    // One whose beginning is no longer looked at was told under that beginning.
    const found = known === undefined && seen !== undefined && !isMassDeathWhole(seen, since) ? undefined : seen;
    if (found !== undefined && !isMassDeathOver(found, now)) {
      await store.change({ ...by, point: 'mass-death' }, async (tx, at) => ({ answer: undefined, events: await keepMassDeathRow(tx, at, found) }));
      return found;
    }
    const over = known ?? found;
    if (over !== undefined && !told.has(over.firstAt)) await tellMassDeath(deps, over);
    if (over !== undefined) told.add(over.firstAt);
    return undefined;
  };
}

/** One event and one call for a person, whatever the number of deaths; once, whichever daemon comes to it. */
async function tellMassDeath({ store, chance }: Deps, dead: MassDeath): Promise<void> {
  const by = { actor: 'daemon' };
  const { sessions, agents, firstAt, lastAt, cause, detail } = dead;
  const text = `${plural(sessions.length, 'session')} died within ${formatDuration(lastAt - firstAt)} (${agents.join(', ')}): ${cause}, ${detail}`;
  await store.change({ ...by, point: 'mass-death.tell' }, async (tx, at) => {
    const asked = { severity: 'critical', target: 'mayor', incident: `mass-death:${firstAt}`, quietMs: Number.POSITIVE_INFINITY, text } as const;
    const { answer, events } = await escalateRow(tx, at, { ...asked, chance, by });
    const ended = await endMassDeathRow(tx, at, dead);
    if (answer.kind === 'already') return { answer: undefined, events: ended };
    const told = { type: 'mass_death', payload: { count: sessions.length, windowMs: lastAt - firstAt, cause, detail, agents, sessions } };
    return { answer: undefined, events: [told, ...ended, ...events] };
  });
}
