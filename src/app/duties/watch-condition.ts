import { formatDuration, minute, unreachable } from '#base';
import { handOff } from '#handoff';
import { listNudges, type Nudge, queueNudgeRow } from '#mail';
import { type Condition, type Session, setConditionRow } from '#sessions';
import { captureScreen, findPane } from '#tmux';
import type { Agent } from '#town';
import { noServiceRestMs, readFailure } from '../read-failure.ts';
import { callPerson, loginQuietMs } from './call-person.ts';
import { readWatchPolicy, type WatchParts } from './watch-session.ts';

/** What the screen of a session shows; undefined where it has no pane of ours. */
export async function readPane({ tmux }: Pick<WatchParts, 'tmux'>, agent: Agent, session: Session): Promise<string | undefined> {
  const pane = await findPane(tmux, agent.pane);
  return pane?.mark === session.id ? captureScreen(tmux, pane.paneId, { lines: 0 }) : undefined;
}

/** What a screen says that keeps a session from working; a program that waits for its limit to reset is not idle. */
export function readCondition({ clock }: Pick<WatchParts, 'clock'>, screen: string | undefined): Condition | undefined {
  return screen === undefined ? undefined : readFailure(screen, clock.now());
}

/** Records what keeps a session from working. */
export async function keepCondition(parts: WatchParts, agent: Agent, session: Session, condition: Condition): Promise<void> {
  await parts.store.change({ ...parts.by, point: 'condition' }, async (tx, at) => ({
    answer: undefined,
    events: await setConditionRow(tx, at, { session: session.id, agent: agent.address, condition }),
  }));
  parts.tell(`${agent.address}: ${condition.kind}: ${condition.detail}`);
}

/**
 * A limit, a login or a vendor without service is let be until it may have passed, a question until a person came; a conversation that is too long is
 * handed over at once.
 */
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
    case 'no-service':
      return awaitService(parts, agent, session, condition);
    default:
      return unreachable(condition.kind);
  }
}

/** Tries that follow one another within this time are of one outage: a try and the longest rest after it take less. */
const sameOutageMs = 30 * minute;
/** An outage that lasts longer may be one that only a person can end: a wrong address, a gateway that is down. */
const outageMsMax = 30 * minute;
const triesRead = 20;

/** Others do no better meanwhile, so it is not handed over: it is told to go on ever more rarely, and after a while a person is told. */
async function awaitService(parts: WatchParts, agent: Agent, session: Session, condition: Condition): Promise<void> {
  const tries = listTries(await listNudges(parts.store.db, { agent: agent.address, limit: triesRead }), condition.at);
  const lastedMs = condition.at - (tries.at(-1) ?? condition.at);
  if (lastedMs >= outageMsMax)
    await callPerson(parts, agent, {
      severity: 'medium',
      incident: `service:${agent.address}`,
      quietMs: loginQuietMs,
      text: `${agent.address} has got no answer from its model's vendor for ${formatDuration(lastedMs)}: ${condition.detail}`,
    });
  return tryAgain(parts, agent, session, { ...condition, until: condition.at + noServiceRestMs(tries.length) });
}

/** When it was told to try again in this outage, newest first. */
function listTries(nudges: readonly Nudge[], at: number): number[] {
  const all = nudges.filter(({ reason, createdAt }) => reason === 'no-service' && createdAt <= at).map(({ createdAt }) => createdAt);
  const last = all.findIndex((tried, i) => (all[i - 1] ?? at) - tried > sameOutageMs);
  return last === -1 ? all : all.slice(0, last);
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
