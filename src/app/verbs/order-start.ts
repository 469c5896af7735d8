import { Fault, second } from '#base';
import { chooseRuntime } from '#dispatch';
import type { Tx } from '#store';
import { setDesiredRow, setStartOrderRow } from '#town';
import type { Agent, StartOrder } from '#town/model';
import type { Deps } from '../deps.ts';

/** How a start is ordered; what is left out comes from the settings (L1). */
export interface StartRequest {
  /** What the beacon says it is started for; empty means `ready`. */
  readonly topic?: string | undefined;
  readonly instructions?: string | undefined;
  readonly runtime?: string | undefined;
  readonly model?: string | undefined;
  readonly account?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The runtime's own id of a conversation to go on with. */
  readonly resume?: string | undefined;
  /** Words that are run instead of the runtime's own command. */
  readonly command?: readonly string[] | undefined;
  readonly readyDelayMs?: number | undefined;
}

const topicDefault = 'cold-start';

/**
 * Writes that an agent is to run, and how (O1). Answers false where somebody else's order or session stands already, and then nothing is written: of
 * many that start one agent at once, one is the first. The order names the runtime that the settings give now, so that what was admitted is what is
 * started. Fault `invalid` for a topic that is no word.
 */
export async function orderStart(deps: Deps, agent: Agent, request: StartRequest): Promise<boolean> {
  const order = describeOrder(deps, {
    topic: topicDefault,
    ...withoutUndefined(request),
    runtime: chooseRuntime(deps.settings, agent, request.runtime).runtime,
  });
  const graceMs = deps.settings.get('start.grace_s', { rig: agent.rig }) * second;
  return deps.store.change<boolean>({ ...deps.by, point: 'start.order' }, async (tx, at) => {
    if (await isOrdered(tx, agent.address, at - graceMs)) return { answer: false, events: [] };
    return { answer: true, events: await writeOrder(tx, at, agent, order) };
  });
}

/** Writes how the successor of a live session is to be started, and that it is to run. */
export async function orderSuccessor(deps: Deps, agent: Agent, session: string, request: StartRequest): Promise<void> {
  const order = { ...describeOrder(deps, withoutUndefined(request)), replaces: session };
  await deps.store.change({ ...deps.by, point: 'restart.order' }, async (tx, at) => ({ answer: undefined, events: await writeOrder(tx, at, agent, order) }));
}

async function writeOrder(tx: Tx, at: number, { address }: Agent, order: StartOrder) {
  const events = await setStartOrderRow(tx, at, { agent: address, order: { ...order, orderedAt: at } });
  events.push(...(await setDesiredRow(tx, at, { agent: address, desired: 'running' })));
  return events;
}

/** It is to run, and has a session, or an order from after `since` that no session has taken up yet. */
async function isOrdered(tx: Tx, address: string, since: number): Promise<boolean> {
  const agent = await tx.selectFrom('agents').select(['desired', 'start_order']).where('address', '=', address).executeTakeFirstOrThrow();
  if (agent.desired !== 'running') return false;
  const newest = await tx
    .selectFrom('sessions')
    .select(['created_at', 'ended_at'])
    .where('agent', '=', address)
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { orderedAt = 0 } = JSON.parse(agent.start_order) as StartOrder;
  return newest?.ended_at === null || orderedAt > Math.max(newest?.created_at ?? 0, since);
}

function describeOrder({ by }: Deps, request: StartRequest): StartOrder {
  const order: StartOrder = { ...(withoutUndefined(request) as StartOrder), sender: by.actor };
  if (order.topic !== undefined && !/^[A-Za-z0-9_-]{0,40}$/.test(order.topic))
    throw new Fault('invalid', `"${order.topic}" is no topic: it is one word of the beacon's line`, {
      hint: 'cold-start, handoff, assigned, attach, patrol and ready are the usual ones; say more with --instructions',
    });
  return order;
}

function withoutUndefined<T extends object>(request: T): T {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as T;
}
