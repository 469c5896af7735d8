import { formatDuration, unreachable } from '#base';
import { handOff } from '#handoff';
import { queueNudgeRow } from '#mail';
import { type Condition, type Session, setConditionRow } from '#sessions';
import { captureScreen, findPane } from '#tmux';
import type { Agent } from '#town';
import { readFailure } from '../read-failure.ts';
import { callPerson, loginQuietMs } from './call-person.ts';
import { readWatchPolicy, type WatchParts } from './watch-session.ts';

/** What its screen says that keeps it from working; a program that waits for its limit to reset is not idle. */
export async function readCondition({ tmux, clock }: WatchParts, agent: Agent, session: Session): Promise<Condition | undefined> {
  const pane = await findPane(tmux, agent.pane);
  if (pane?.mark !== session.id) return undefined;
  return readFailure(await captureScreen(tmux, pane.paneId, { lines: 0 }), clock.now());
}

/** Records what keeps a session from working. */
export async function keepCondition(parts: WatchParts, agent: Agent, session: Session, condition: Condition): Promise<void> {
  await parts.store.change({ ...parts.by, point: 'condition' }, async (tx, at) => ({
    answer: undefined,
    events: await setConditionRow(tx, at, { session: session.id, agent: agent.address, condition }),
  }));
  parts.tell(`${agent.address}: ${condition.kind}: ${condition.detail}`);
}

/** A limit or a login is let be until it may have passed, a question until a person came; a conversation that is too long is handed over at once. */
export async function watchCondition(parts: WatchParts, agent: Agent, session: Session, condition: Condition): Promise<void> {
  switch (condition.kind) {
    case 'overflow':
      await handOff(parts, {
        agent: agent.address,
        session: session.id,
        subject: '',
        notes: '',
        reason: `its conversation is too long: ${condition.detail}`,
        evidence: { ...condition },
        isMeasured: true,
      });
      return;
    case 'waiting':
      return callForAnswer(parts, agent, session, condition);
    case 'auth':
      await callPerson(parts, agent, {
        severity: 'high',
        incident: `login:${agent.address}`,
        quietMs: loginQuietMs,
        text: `${agent.address} waits for a login: ${condition.detail}`,
      });
      return tryAgain(parts, agent, session, condition);
    case 'rate-limit':
      return tryAgain(parts, agent, session, condition);
    default:
      return unreachable(condition.kind);
  }
}

async function tryAgain(
  { store, chance, by, watch }: WatchParts,
  agent: Agent,
  session: Session,
  { kind, at: since, until = since }: Condition,
): Promise<void> {
  if (watch.elapsed(`${session.id} waiting`, since) < until - since) return;
  const body = `What kept you from working (${kind}) may have passed: go on with your work now.`;
  await store.change({ ...by, point: 'condition' }, async (tx, at) => {
    const over = await setConditionRow(tx, at, { session: session.id, agent: agent.address, condition: undefined });
    const { events } = await queueNudgeRow(tx, at, { agent: agent.address, reason: kind, incident: `${kind}:${session.id}`, body, chance, by });
    return { answer: undefined, events: [...over, ...events] };
  });
}

/** Nobody who looks at its pane needs to be called. */
async function callForAnswer(parts: WatchParts, agent: Agent, session: Session, condition: Condition): Promise<void> {
  const waitedMs = parts.watch.elapsed(`${session.id} waiting`, condition.at);
  if (waitedMs < readWatchPolicy(parts, agent).idleMs || (await findPane(parts.tmux, agent.pane))?.isPersonAttached === true) return;
  const text = `${agent.address} has asked a person for ${formatDuration(waitedMs)}: \`baton attach ${agent.address}\``;
  await callPerson(parts, agent, { severity: 'medium', incident: `waiting:${session.id}:${condition.at}`, text });
}
