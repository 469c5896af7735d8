import { second } from '#base';
import { readMeter } from '#context';
import { handOff } from '#handoff';
import { readThresholds } from '#prime';
import { getRuntime } from '#runtimes';
import { listSessions, type Session } from '#sessions';
import type { Deps } from '../deps.ts';
import { planCycle } from './rules.ts';
import type { Service } from './service.ts';

/** Transcripts are measured this often; a turn's end is measured by the stop signal itself, so this is for those that don't stop. */
const roundMs = 2 * second;

/** What is remembered of a live session between rounds: how far its transcript was read, and since when it is past the hard limit. */
interface Watched {
  readonly reading: Awaited<ReturnType<typeof readMeter>>['reading'];
  readonly hardAt: number | undefined;
}

/**
 * Hands over the sessions that are past their threshold and did not do it themselves: the hard limit was reached within a turn, or they were told
 * and let the time pass (C2, C5). Only transcripts that grew are read on.
 */
export function cycleService(deps: Deps, tell: (line: string) => void): Service {
  const watched = new Map<string, Watched>();
  return {
    name: 'cycle',
    round: async () => {
      const live = (await listSessions(deps.store.db, { isUnended: true })).filter((session) => session.host === deps.host.id);
      for (const id of watched.keys()) if (!live.some((session) => session.id === id)) watched.delete(id);
      for (const session of live) await look(deps, session, watched, tell);
      return roundMs;
    },
  };
}

async function look(deps: Deps, session: Session, watched: Map<string, Watched>, tell: (line: string) => void): Promise<void> {
  if (session.transcript === undefined || session.startedAt === undefined) return;
  const before = watched.get(session.id);
  const window = deps.settings.get(`runtimes.${session.runtime}.window`);
  const { meter, reading } = await readMeter({ transcript: session.transcript, runtime: getRuntime(session.runtime), window, from: before?.reading });
  const now = deps.clock.now();
  const thresholds = readThresholds(deps.settings);
  const hardAt = meter.share >= thresholds.hard ? (before?.hardAt ?? now) : undefined;
  watched.set(session.id, { reading, hardAt });
  const plan = planCycle({ toldAt: session.toldAt, share: meter.share, hardAt, now, askMs: deps.settings.get('handoff.ask_s') * second, thresholds });
  if (plan.kind === 'nothing') return;
  const answer = await handOff({ ...deps, by: { actor: 'daemon' } }, { agent: session.agent, subject: '', notes: '', reason: plan.reason });
  if (answer.kind === 'handed-off') tell(`${session.agent}: handed off by the daemon (${plan.reason})`);
}
