import { describeError, second } from '#base';
import { judgeState, listSessions, readMassDeath, type Session, type SessionState } from '#sessions';
import type { Tmux } from '#tmux';
import { readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { healOutages } from './heal-outages.ts';
import { makeRests } from './rests.ts';
import { makeStopwatch } from './stopwatch.ts';
import { takesPrompts } from './takes-prompts.ts';
import { type News, readNews, wakeIdle } from './wake-idle.ts';
import { type WatchParts, watchSession } from './watch-session.ts';

/** A nudge is due after minutes; work and mail that come to an idle agent wake it sooner, because whoever gives them wakes the daemon. */
const roundMs = 5 * second;
/** A program that stands still before it is primed, in a dialog say, stands still too. */
const watched: ReadonlySet<SessionState> = new Set(['priming', 'ready', 'working', 'handing-off']);

/**
 * Looks after the sessions that live (V5): work or mail that came to an idle one is told to it, one that stands still with work on its hook is
 * nudged, handed over, and told to a person. Rests under an emergency stop and while a mass death is under way: then it is the host that is suspected.
 */
export function watch(deps: Deps, parts: { tmux: Tmux; tell: (line: string) => void }): Duty {
  const by = { actor: 'daemon' };
  const watchParts: WatchParts = { ...deps, ...parts, by, watch: makeStopwatch(deps), flows: new Map() };
  const rests = makeRests(deps);
  const tryToLook = async (session: Session, news: News) => {
    try {
      await wakeIdle(watchParts, session, news);
      await watchSession(watchParts, session);
      rests.clear(session.id);
    } catch (error) {
      rests.rest(session.id);
      parts.tell(`${session.agent}: it could not be looked after: ${describeError(error)}`);
    }
  };
  return {
    name: 'watch',
    round: async () => {
      if ((await readEstop(deps.store.db)) !== undefined || (await readMassDeath(deps.store.db)) !== undefined) return roundMs;
      await healOutages(watchParts);
      const live = (await listSessions(deps.store.db, { isUnended: true })).filter((session) => isOurs(deps, session));
      if (live.length === 0) return roundMs;
      const agents = live.map(({ agent }) => agent);
      const news = await readNews(watchParts, agents);
      for (const session of live) if (!rests.isResting(session.id)) await tryToLook(session, news);
      watchParts.watch.keep(new Set(live.flatMap(({ id }) => [`${id} quiet`, `${id} moved`, `${id} nudged`, `${id} waiting`])));
      for (const id of watchParts.flows.keys()) if (!live.some((session) => session.id === id)) watchParts.flows.delete(id);
      return roundMs;
    },
  };
}

/** One whose program is not started yet is looked after by the supervisor; a view has nobody to talk to. */
function isOurs(deps: Deps, session: Session): boolean {
  return session.host === deps.host.id && watched.has(judgeState(session)) && takesPrompts(deps, session);
}
