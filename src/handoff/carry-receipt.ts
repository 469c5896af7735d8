import { plural, second } from '#base';
import { escalateRow, queueNudgeRow } from '#mail';
import { getRuntime } from '#runtimes';
import { findLiveSession, markReceiptRow, type Session, type UnreceivedEnds } from '#sessions';
import { getAgent } from '#town';
import { type HandoffDeps, handOff } from './hand-off.ts';
import { judgeReceipt } from './rules.ts';

/** What was done for an agent whose document has no receipt. */
export type ReceiptCarried = 'nothing' | 'nudged' | 'restarted' | 'escalated';

/** Who looks: the daemon of a host, by a clock that does not jump. */
export interface ReceiptWatch {
  readonly host: string;
  /** Ms since `at`, the newest moment of what concerns `agent`. */
  elapsed(agent: string, at: number): number;
}

/** Does what is due for the documents of one agent that no turn began with (H7), for the daemon of the host where it lives. Each is done once. */
export async function carryReceipt(deps: HandoffDeps, ends: UnreceivedEnds, { host, elapsed }: ReceiptWatch): Promise<ReceiptCarried> {
  const session = await findLiveSession(deps.store.db, ends.agent);
  if (session?.host !== host) return 'nothing';
  const { rig } = await getAgent(deps.store.db, ends.agent);
  const { startedAt, progressAt } = session;
  const receiptMs = deps.settings.get('handoff.receipt_s', { rig }) * second;
  const due = judgeReceipt({ ...ends, startedAt, progressAt, isHeld: isHeld(deps, session, rig), receiptMs }, (at) => elapsed(ends.agent, at));
  switch (due) {
    case 'nothing':
      return 'nothing';
    case 'nudge':
      return nudge(deps, ends, session);
    case 'restart':
      return restart(deps, ends, session);
    case 'escalate':
      return callPerson(deps, ends, session);
  }
}

/** It waits for a login, a limit or a person; it was started by hand; or its runtime takes no prompt or tells of no turns, so that none can be missed. */
function isHeld({ settings }: HandoffDeps, session: Session, rig: string | null): boolean {
  const { prompt, signals } = getRuntime(session.runtime, settings, { rig }).descriptor;
  return session.condition !== undefined || session.isAdopted || prompt.kind === 'none' || signals.kind === 'none';
}

async function nudge(deps: HandoffDeps, { agent, handoff }: UnreceivedEnds, session: Session): Promise<'nudged'> {
  await deps.store.change({ ...deps.by, point: 'receipt.nudge' }, async (tx, at) => {
    await markReceiptRow(tx, at, { handoff, what: 'nudged' });
    const body = 'Your predecessor left you a document: read it with `baton prime`, then go on at its next action.';
    const evidence = { handoff, session: session.id };
    const queued = await queueNudgeRow(tx, at, { agent, reason: 'receipt', incident: `receipt:${handoff}`, body, evidence, chance: deps.chance, by: deps.by });
    return { answer: undefined, events: [{ type: 'receipt_missed', agent, payload: { handoff, session: session.id, what: 'nudged' } }, ...queued.events] };
  });
  return 'nudged';
}

/** The successor is handed off itself, so that its end leaves a document like every other; what it did not receive goes on to the next generation (H6). */
async function restart(deps: HandoffDeps, { agent, handoff }: UnreceivedEnds, session: Session): Promise<'restarted' | 'nothing'> {
  const reason = `no turn began with ${handoff}`;
  const evidence = { receipt: handoff, startedAt: session.startedAt };
  const request = { agent, session: session.id, subject: '', notes: '', reason, isOrdered: true, receiptOf: handoff, evidence };
  return (await handOff(deps, request)).kind === 'handed-off' ? 'restarted' : 'nothing';
}

async function callPerson(deps: HandoffDeps, { agent, handoff, count }: UnreceivedEnds, session: Session): Promise<'escalated'> {
  await deps.store.change({ ...deps.by, point: 'receipt.escalate' }, async (tx, at) => {
    await markReceiptRow(tx, at, { handoff, what: 'escalated' });
    const text = `${agent} has not begun a turn since its last handoff: it was nudged and restarted once (now ${session.id}); ${plural(count, 'document')} wait for it, the oldest is ${handoff}`;
    const called = await escalateRow(tx, at, {
      ...{ severity: 'high', target: 'mayor', agent, incident: `receipt:${agent}`, text },
      chance: deps.chance,
      by: deps.by,
    });
    return { answer: undefined, events: [{ type: 'receipt_missed', agent, payload: { handoff, session: session.id, what: 'escalated' } }, ...called.events] };
  });
  return 'escalated';
}
