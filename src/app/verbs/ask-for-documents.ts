import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, hour, second } from '#base';
import { canBeTyped } from '#deliver';
import { askedReason } from '#handoff';
import { dropNudgeRows, getNudge, queueNudgeRow } from '#mail';
import { findRuntime } from '#runtimes';
import { findLiveSession, findNewestSave, getSession, type Session } from '#sessions';
import { type Agent, readAddress } from '#town';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';

/** How long somebody's half-typed line, or a screen that does not come to rest, may keep the question from being typed. */
const typeMsMax = 15 * second;
const lookMs = 100;

/** What is asked, and since when. */
interface Asked {
  readonly session: Session;
  readonly nudge: string;
  readonly askedAt: number;
}

/**
 * Asks the idle ones of these agents, all at once, to write down what they know before they are stopped (C5, X3): one turn each, no longer than
 * `handoff.ask_s`. What they save is what the document of their end starts from. Who is in a turn, can't be typed to or has no model is not asked; whoever
 * does not answer is stopped all the same. Nothing is ordered yet: a command that is killed here has stopped nobody.
 */
export async function askForDocuments(deps: Deps, agents: readonly Agent[], tell: (line: string) => void): Promise<void> {
  const asked: Asked[] = [];
  for (const agent of agents) {
    const session = await findLiveSession(deps.store.db, agent.address);
    if (session !== undefined && canBeAsked(deps, agent, session)) asked.push(await ask(deps, session));
  }
  if (asked.length === 0) return;
  await rouseDaemon(deps);
  const askMs = Math.max(...asked.map(({ session }) => askMsOf(deps, session)));
  const names = asked.map(({ session }) => session.agent).join(', ');
  tell(
    `asking ${names} to write down what ${asked.length === 1 ? 'its successor' : 'their successors'} should know (up to ${formatDuration(askMs)}; \`--now\` asks nobody)`,
  );
  await Promise.all(asked.map((one) => awaitAnswer(deps, one)));
}

function canBeAsked({ settings, host }: Deps, { rig }: Agent, session: Session): boolean {
  const runtime = findRuntime(session.runtime, settings, { rig });
  return session.host === host.id && runtime?.descriptor.hasModel === true && runtime.readScreen !== undefined && canBeTyped(session);
}

function askMsOf({ settings }: Deps, { agent }: Session): number {
  return settings.get('handoff.ask_s', { rig: readAddress(agent)?.rig }) * second;
}

async function ask({ store, chance, by, paths }: Deps, { id, agent }: Session): Promise<Asked> {
  const session = await getSession(store.db, id);
  const baton = `${paths.bin}/baton`;
  const body = [
    'You are about to be stopped on purpose; nothing is wrong. Use this one turn to write down what your successor must know, and do nothing else:',
    `${baton} handoff --auto --reason '${askedReason}' --stdin <<'END'`,
    '## Goal\n…\n## Current state\n…\n## Key decisions\n…\n## Dead ends\n…\n## Working set\n…\n## Next action\n(exactly one)\nEND',
  ].join('\n');
  return store.change({ ...by, point: 'stop.ask' }, async (tx, at) => {
    const request = { agent, reason: 'document', incident: `document:${id}`, body, expiresAt: at + hour, chance, by };
    const { answer, events } = await queueNudgeRow(tx, at, request);
    return { answer: { session, nudge: answer.nudge.id, askedAt: at }, events };
  });
}

/** Waits until it has saved, or its turn ended without that, or it is gone, or its time is over. */
async function awaitAnswer(deps: Deps, asked: Asked): Promise<void> {
  const { store, clock, by } = deps;
  const begunAt = clock.monotonic();
  for (;;) {
    const waitedMs = clock.monotonic() - begunAt;
    const [session, nudge] = [await getSession(store.db, asked.session.id), await getNudge(store.db, asked.nudge)];
    const isTyped = nudge.deliveredAt !== null;
    const isOver = session.endedAt !== undefined || nudge.droppedAt !== null || (await isAnswered(deps, asked, session));
    if (isOver || waitedMs > askMsOf(deps, session) || (!isTyped && waitedMs > typeMsMax)) break;
    await sleep(lookMs);
  }
  await store.change({ ...by, point: 'stop.ask' }, async (tx, at) => ({
    answer: undefined,
    events: await dropNudgeRows(tx, at, { nudges: [asked.nudge], agent: asked.session.agent, why: 'it could not be asked in time' }),
  }));
}

/** A save counts when its turn is over too, so that nothing else that it does is cut off. */
async function isAnswered({ store }: Deps, { askedAt }: Asked, session: Session): Promise<boolean> {
  const isTurnOver = (session.turnEndedAt ?? 0) > askedAt && (session.turnEndedAt ?? 0) >= (session.turnAt ?? 0);
  if (!isTurnOver) return false;
  return (session.turnAt ?? 0) > askedAt || ((await findNewestSave(store.db, session.id))?.createdAt ?? 0) >= askedAt;
}
