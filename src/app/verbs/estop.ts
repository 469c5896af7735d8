import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, second } from '#base';
import { type Frozen, listSessions, readFrozen } from '#sessions';
import { lastSeq } from '#store';
import { readEstop, setEstopRow } from '#town';
import type { Deps } from '../deps.ts';
import { followJournal } from '../follow-journal.ts';
import { rouseDaemon } from '../reach-daemon.ts';

export type EstopVerbs = ReturnType<typeof estopVerbs>;

/** What an emergency stop, or its end, came to. `agents`: who is frozen, or goes on. */
export interface EstopAnswer {
  readonly kind: 'stopped' | 'thawed' | 'already';
  readonly reason: string;
  readonly agents: readonly string[];
}

/** How long the daemon may take for everybody. */
const waitMsMax = 20 * second;
const lookMs = 25;

/** Emergency stop: everything is held as it is, and nothing is ended, started, landed or typed into until it is thawed. */
export function estopVerbs(deps: Deps) {
  return {
    stop: (request: { reason: string; isForced: boolean }) => stop(deps, request),
    thaw: () => thaw(deps),
    read: () => readEstop(deps.store.db),
  };
}

async function stop(deps: Deps, { reason, isForced }: { reason: string; isForced: boolean }): Promise<EstopAnswer> {
  const estop = { by: deps.by.actor, reason: reason.trim() === '' ? 'no reason was given' : reason.trim(), ...(isForced ? { isForced } : {}) };
  const after = await lastSeq(deps.store.db);
  const events = await deps.store.change({ ...deps.by, point: 'estop' }, async (tx, at) => {
    const written = await setEstopRow(tx, at, estop);
    return { answer: written, events: written };
  });
  const kind = events.length > 0 ? 'stopped' : 'already';
  const hasSessions = (await listSessions(deps.store.db, { isUnended: true, limit: 1 })).length > 0;
  if (hasSessions) await rouseDaemon(deps);
  if (hasSessions && kind === 'stopped') await awaitFrozen(deps, after);
  const frozen = await readFrozen(deps.store.db);
  return { kind, reason: (await readEstop(deps.store.db))?.reason ?? estop.reason, agents: namesOf(frozen) };
}

/** Waits until the daemon has looked and found nothing more to freeze. */
async function awaitFrozen(deps: Deps, after: number): Promise<void> {
  const judge = ({ type }: { type: string }) => (type === 'town_frozen' ? true : undefined);
  await followJournal(deps, { after, timeoutMs: waitMsMax, what: 'everybody to be frozen', judge });
}

async function thaw(deps: Deps): Promise<EstopAnswer> {
  const estop = await readEstop(deps.store.db);
  const frozen = await readFrozen(deps.store.db);
  await deps.store.change({ ...deps.by, point: 'thaw' }, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, undefined) }));
  if (frozen.length > 0) await rouseDaemon(deps);
  await awaitThawed(deps);
  return { kind: estop === undefined && frozen.length === 0 ? 'already' : 'thawed', reason: estop?.reason ?? '', agents: namesOf(frozen) };
}

async function awaitThawed({ store, clock }: Deps): Promise<void> {
  const deadline = clock.monotonic() + waitMsMax;
  for (;;) {
    const left = await readFrozen(store.db);
    if (left.length === 0) return;
    if (clock.monotonic() > deadline)
      throw new Fault('timeout', `${namesOf(left).join(', ')} did not go on in time; the order stands`, { hint: '`baton logs` tells what the daemon says' });
    await sleep(lookMs);
  }
}

function namesOf(frozen: readonly Frozen[]): string[] {
  return [...new Set(frozen.map(({ agent }) => agent))].sort();
}
