import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, second } from '#base';
import { findLiveSession } from '#sessions';
import { setDesiredRow } from '#town';
import type { Agent, Desired } from '#town/model';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';
import { askForDocuments } from './ask-for-documents.ts';

export interface StopOutcome {
  readonly agent: string;
  readonly kind: 'stopped' | 'not-running';
  readonly session: string | undefined;
}

/** `isAtOnce`: nothing is asked of the agents first; the order says so. `desired` is `parked` for those that stay stopped until they are unparked. */
export interface StopWish {
  readonly isAtOnce?: boolean;
  readonly desired?: Exclude<Desired, 'running'>;
  /** Told while agents are asked for what they know. */
  readonly tell?: (line: string) => void;
}

/** How long a stop may take: the phases of one stop, and as many agents as the daemon ends one after another. */
const stopMsMax = 20 * second;
const stopMsMaxEach = second;
const lookMs = 20;

/** Asks the idle ones for what they know, unless it is to be at once (X3), then ends them. */
export async function stopAgents(deps: Deps, agents: readonly Agent[], wish: StopWish = {}): Promise<StopOutcome[]> {
  if (wish.isAtOnce !== true) await askForDocuments(deps, agents, { before: { kind: 'stop' }, tell: wish.tell ?? (() => {}) });
  return endAgents(deps, agents, wish);
}

/** Orders agents to stop and waits until each is gone with all its processes, those of an earlier life too (X1, X2). Who is parked stays so. */
export async function endAgents(deps: Deps, agents: readonly Agent[], { desired = 'stopped', isAtOnce = false }: StopWish = {}): Promise<StopOutcome[]> {
  const live = await Promise.all(agents.map((agent) => findLiveSession(deps.store.db, agent.address)));
  await deps.store.change({ ...deps.by, point: 'stop.order' }, async (tx, at) => {
    const events = [];
    const parked = await tx.selectFrom('agents').select('address').where('desired', '=', 'parked').execute();
    for (const { address } of agents)
      if (!parked.some((row) => row.address === address)) events.push(...(await setDesiredRow(tx, at, { agent: address, desired, isAtOnce })));
    return { answer: undefined, events };
  });
  await awaitGone(deps, agents);
  return agents.map((agent, i) => ({ agent: agent.address, kind: live[i] === undefined ? 'not-running' : 'stopped', session: live[i]?.id }));
}

/** Has the daemon end what these agents must not run any more, and waits until no process of them is left by the record. Fault `timeout`: the order stands. */
export async function awaitGone(deps: Deps, agents: readonly Agent[]): Promise<void> {
  const addresses = agents.map((agent) => agent.address);
  if ((await listUngoneAgents(deps, addresses)).length === 0) return;
  await rouseDaemon(deps);
  const deadline = deps.clock.monotonic() + stopMsMax + addresses.length * stopMsMaxEach;
  for (;;) {
    const left = await listUngoneAgents(deps, addresses);
    if (left.length === 0) return;
    if (deps.clock.monotonic() > deadline)
      throw new Fault('timeout', `${left.join(', ')} did not end in time; the order stands`, {
        hint: '`baton status` shows how far it is, `baton logs` what the daemon says',
      });
    await sleep(lookMs);
  }
}

async function listUngoneAgents({ store }: Deps, addresses: readonly string[]): Promise<string[]> {
  if (addresses.length === 0) return [];
  const rows = await store.db
    .selectFrom('sessions')
    .select('agent')
    .distinct()
    .where('gone_at', 'is', null)
    .where('agent', 'in', [...addresses])
    .orderBy('agent')
    .execute();
  return rows.map((row) => row.agent);
}
