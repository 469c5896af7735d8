import { describeError, Fault, second } from '#base';
import { formatMeter, type Meter, type MeterThresholds } from '#context';
import { handOff } from '#handoff';
import { dropReading, keepReading, type Measured, measureSession, readThresholds } from '#prime';
import { listSessions, readMassDeath, type Session } from '#sessions';
import type { Deps } from '../deps.ts';
import { dropTold, isBetweenTools, sayAtTools } from '../told.ts';
import type { Duty } from './duty.ts';
import { endFailedTurn } from './end-failed-turn.ts';
import { makeRests } from './rests.ts';
import { planCycle } from './rules.ts';

/** Transcripts are measured this often; a turn's end is measured by the stop signal itself, so this is for those that don't stop. */
const roundMs = 2 * second;
/** A transcript's reading is kept for others each time that it has grown by this much: less is read faster than kept. */
const keptBytes = 256 * 1024;

/**
 * What is remembered of a live session between rounds: how far its transcript was read, the offset up to which that is kept for others, and since
 * when it is past the hard limit.
 */
interface Watched {
  readonly reading: Measured['reading'];
  readonly keptAt: number;
  readonly hardAt: number | undefined;
}

/**
 * Hands over the sessions that are past their threshold and did not do it themselves: the hard limit was reached within a turn, or they were told
 * and let the time pass (C2, C5). Only transcripts that grew are read on, and one that can't be read holds up nobody else.
 */
export function cycle(deps: Deps, tell: (line: string) => void): Duty {
  const watched = new Map<string, Watched>();
  const rests = makeRests(deps);
  const tryToLook = async (session: Session) => {
    try {
      await look(deps, session, watched, tell);
      rests.clear(session.id);
    } catch (error) {
      rests.rest(session.id);
      tell(`${session.agent}: its context could not be looked after: ${describeError(error)}`);
    }
  };
  return {
    name: 'cycle',
    round: async () => {
      // While the host itself is suspected nobody is ended for being full (V2).
      if ((await readMassDeath(deps.store.db)) !== undefined) return roundMs;
      const live = (await listSessions(deps.store.db, { isUnended: true })).filter((session) => session.host === deps.host.id);
      for (const id of watched.keys()) if (!live.some((session) => session.id === id)) forget(deps, id, watched);
      for (const session of live) if (!rests.isResting(session.id)) await tryToLook(session);
      return roundMs;
    },
  };
}

async function look(deps: Deps, session: Session, watched: Map<string, Watched>, tell: (line: string) => void): Promise<void> {
  const before = watched.get(session.id);
  const measured = session.startedAt === undefined ? undefined : await measureSession(deps, session, before?.reading);
  if (measured === undefined) return;
  const { meter, reading } = measured;
  const now = deps.clock.now();
  const thresholds = readThresholds(deps, session);
  const hardAt = meter.share >= thresholds.hard ? (before?.hardAt ?? now) : undefined;
  watched.set(session.id, { reading, hardAt, keptAt: keepForOthers(deps, session, reading, before?.keptAt ?? 0) });
  tellAtTools(deps, session, measured.meter, thresholds);
  if (reading.failure !== null) await endFailedTurn(deps, session, reading.failure);
  const plan = planCycle({
    ...{ toldAt: session.toldAt, share: meter.share, hardAt, isBetweenTools: isBetweenTools(deps, session.id), now, thresholds },
    askMs: deps.settings.get('handoff.ask_s') * second,
    hardMs: deps.settings.get('handoff.hard_s') * second,
  });
  if (plan.kind === 'nothing') return;
  const request = { agent: session.agent, session: session.id, subject: '', notes: '', reason: plan.reason, isMeasured: true };
  const answer = await handOff({ ...deps, by: { actor: 'daemon' } }, request);
  if (answer.kind === 'looping') throw new Fault('conflict', `it is not handed off any more: it would be the third time for nothing (${answer.escalation})`);
  if (answer.kind === 'handed-off') tell(`${session.agent}: handed off by the daemon (${plan.reason})`);
}

/** A turn may outlast the window: from the threshold on each tool's signal says so, and past the hard limit no further one runs (C2). */
function tellAtTools(deps: Deps, session: Session, meter: Meter, thresholds: MeterThresholds): void {
  if (meter.share < thresholds.cycle) {
    dropTold(deps, session.id);
    return;
  }
  const isLast = meter.share >= thresholds.hard;
  const wish = isLast
    ? 'It is full: you are being handed off now, use no further tool.'
    : 'Come to an end: commit your work, then hand off with `baton handoff -s "<what you are at>" -m "<what you did, what failed, the one next action>"`.';
  sayAtTools(deps, session.id, { text: `${formatMeter(meter)}. ${wish}`, isLast });
}

/** Whoever measures at a signal reads on from what is kept, and not from the beginning. Answers up to where that is. */
function keepForOthers({ root }: Deps, session: Session, reading: Measured['reading'], keptAt: number): number {
  const offset = reading.position?.offset ?? 0;
  if (Math.abs(offset - keptAt) < keptBytes) return keptAt;
  keepReading(root, session.id, reading);
  return offset;
}

function forget(deps: Deps, id: string, watched: Map<string, Watched>): void {
  watched.delete(id);
  dropReading(deps.root, id);
  dropTold(deps, id);
}
