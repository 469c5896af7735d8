import { formatDuration, second } from '#base';
import { continueProcesses, fault } from '#host';
import { queueNudgeRow } from '#mail';
import { type Frozen, freezeSession, getSession, listUngone, readFrozen, type Session, thawSessionRow } from '#sessions';
import { type Estop, listAgents, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { takesPrompts } from './takes-prompts.ts';

const roundMs = second;
/** While a stop stands, what is forked by something that was just being started is stopped soon too. */
const stoppedMs = 250;

/**
 * Freezes sessions while an emergency stop stands, and lets them go on when it is over, from rows alone: a daemon that starts in the middle goes on with
 * either. Who was frozen is nudged once. The mayor is left alone unless the stop is forced, and so is whoever a person started by hand.
 */
export function freeze(deps: Deps, tell: (line: string) => void): Duty {
  const parts = { ...deps, by: { actor: 'daemon' } };
  let toldAt: number | undefined;
  return {
    name: 'freeze',
    round: async () => {
      const estop = await readEstop(deps.store.db);
      if (estop !== undefined) {
        let total = 0;
        for (const session of await listToFreeze(deps, estop)) {
          const count = await freezeSession(parts, session);
          if (count > 0) tell(`${session.agent}: ${count} frozen (${estop.reason})`);
          total += count;
        }
        if (total === 0 && toldAt !== estop.at) await tellFrozen(parts, estop);
        if (total === 0) toldAt = estop.at;
        return total > 0 ? 0 : stoppedMs;
      }
      for (const frozen of await readFrozen(deps.store.db)) {
        await thawOne(parts, frozen);
        tell(`${frozen.agent}: goes on`);
      }
      return roundMs;
    },
  };
}

async function listToFreeze({ store, host }: Deps, { isForced }: Estop): Promise<Session[]> {
  const spared = new Set(
    (await listAgents(store.db)).filter(({ role }) => role === 'overseer' || (role === 'mayor' && isForced !== true)).map(({ address }) => address),
  );
  const sessions = await listUngone(store.db, host.id);
  return sessions.filter((session) => session.endedAt === undefined && !session.isAdopted && !spared.has(session.agent));
}

/** A round found nothing that still runs: whoever ordered the stop may believe it. */
async function tellFrozen({ store, by }: Deps, estop: Estop): Promise<void> {
  await store.change({ ...by, point: 'freeze.tell' }, async () => ({ answer: undefined, events: [{ type: 'town_frozen', payload: { estopAt: estop.at } }] }));
}

/** Its processes first: killed in between, they are continued again, which says nothing to them, and the nudge is written once; a view gets none. */
async function thawOne(deps: Deps, frozen: Frozen): Promise<void> {
  const { store, chance, by } = deps;
  const isTalkedTo = takesPrompts(deps, await getSession(store.db, frozen.session));
  continueProcesses(frozen.marks);
  fault('thaw.continued.after');
  await store.change({ ...by, point: 'thaw.record' }, async (tx, at) => {
    const { isLive, events } = await thawSessionRow(tx, at, frozen);
    if (!isLive || !isTalkedTo) return { answer: undefined, events };
    const stoppedMs = at - frozen.at;
    const body = `The town was stopped for ${formatDuration(stoppedMs)} and goes on. Look at what changed meanwhile, then go on with what you were at.`;
    const nudge = { agent: frozen.agent, reason: 'thaw', incident: `thaw:${frozen.session}`, body, evidence: { stoppedMs } };
    const queued = await queueNudgeRow(tx, at, { chance, by, ...nudge });
    return { answer: undefined, events: [...events, ...queued.events] };
  });
}
