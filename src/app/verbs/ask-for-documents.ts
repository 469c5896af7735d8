import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, hour, second } from '#base';
import { canBeTyped } from '#deliver';
import { askedReason } from '#handoff';
import { dropNudgeRows, getNudge, type Nudge, queueNudgeRow } from '#mail';
import { findRuntime } from '#runtimes';
import { findLiveSession, findNewestSave, getSession, isTurnOpen, judgeState, type Session } from '#sessions';
import { type Agent, readAddress } from '#town';
import type { Deps } from '../deps.ts';
import type { OrderedHandoff } from '../ordered-handoff.ts';
import { rouseDaemon } from '../reach-daemon.ts';

/** How long somebody's half-typed line, or a screen that does not come to rest, may keep the question from being typed. */
const typeMsMax = 15 * second;
const lookMs = 100;

/** What is asked, and since when; `isInTurn`: it comes with the end of the turn that it was in. */
interface Asked {
  readonly session: Session;
  readonly nudge: string;
  readonly askedAt: number;
  readonly isInTurn: boolean;
}

/**
 * `before` a stop whoever is in a turn is not asked. A handoff lets that turn come to its end, where it does in time; `order` is what the daemon carries
 * out should the command that asks be killed meanwhile.
 */
export interface Asking {
  readonly before: { readonly kind: 'stop' } | { readonly kind: 'handoff'; readonly order: OrderedHandoff };
  readonly tell: (line: string) => void;
}

/**
 * Asks these agents, all at once, to write down what they know before their sessions end (C5, X3): one turn each, no longer than `handoff.ask_s`. What they
 * save is what the document of their end starts from. Who can't be typed to, has no model or is kept from working is not asked; whoever does not answer is
 * ended all the same. Answers whose sessions were asked.
 */
export async function askForDocuments(deps: Deps, agents: readonly Agent[], asking: Asking): Promise<string[]> {
  const asked: Asked[] = [];
  for (const agent of agents) {
    const session = await findLiveSession(deps.store.db, agent.address);
    if (session !== undefined && canBeAsked(deps, agent, session, asking)) asked.push(await ask(deps, session, asking));
  }
  if (asked.length === 0) return [];
  await rouseDaemon(deps);
  const askMs = Math.max(...asked.map(({ session }) => askMsOf(deps, session)));
  const names = asked.map(({ session }) => session.agent).join(', ');
  asking.tell(
    `asking ${names} to write down what ${asked.length === 1 ? 'its successor' : 'their successors'} should know (up to ${formatDuration(askMs)}; \`--now\` asks nobody)`,
  );
  await Promise.all(asked.map((one) => awaitAnswer(deps, one)));
  return asked.map(({ session }) => session.id);
}

function canBeAsked({ settings, host }: Deps, { rig }: Agent, session: Session, { before }: Asking): boolean {
  const runtime = findRuntime(session.runtime, settings, { rig });
  if (session.host !== host.id || session.condition !== undefined || runtime?.descriptor.hasModel !== true) return false;
  if (before.kind === 'handoff' && isTurnOpen(session)) return judgeState(session) !== 'priming';
  return session.paneId !== undefined && runtime.readScreen !== undefined && canBeTyped(session);
}

function askMsOf({ settings }: Deps, { agent }: Session): number {
  return settings.get('handoff.ask_s', { rig: readAddress(agent)?.rig }) * second;
}

async function ask({ store, chance, by, paths }: Deps, { id, agent }: Session, { before }: Asking): Promise<Asked> {
  const session = await getSession(store.db, id);
  const baton = `${paths.bin}/baton`;
  const end = before.kind === 'stop' ? 'stopped' : 'replaced by a fresh session of yours';
  const body = [
    `You are about to be ${end} on purpose; nothing is wrong. Use this one turn to write down what your successor must know, and do nothing else:`,
    `${baton} handoff --auto --reason '${askedReason}' --stdin <<'END'`,
    '## Goal\n…\n## Current state\n…\n## Key decisions\n…\n## Dead ends\n…\n## Working set\n…\n## Next action\n(exactly one)\nEND',
  ].join('\n');
  const evidence = before.kind === 'handoff' ? { order: before.order } : undefined;
  return store.change({ ...by, point: 'stop.ask' }, async (tx, at) => {
    const request = { agent, reason: 'document', incident: `document:${id}`, body, evidence, expiresAt: at + hour, chance, by };
    const { answer, events } = await queueNudgeRow(tx, at, request);
    return { answer: { session, nudge: answer.nudge.id, askedAt: at, isInTurn: isTurnOpen(session) }, events };
  });
}

/** Waits until it has saved, or its turn ended without that, or it is gone, or its time is over. */
async function awaitAnswer(deps: Deps, asked: Asked): Promise<void> {
  const { store, clock, by } = deps;
  const begunAt = clock.monotonic();
  for (;;) {
    const waitedMs = clock.monotonic() - begunAt;
    const [session, nudge] = [await getSession(store.db, asked.session.id), await getNudge(store.db, asked.nudge)];
    const isOver = session.endedAt !== undefined || session.condition !== undefined || nudge.droppedAt !== null;
    const isUntyped = nudge.deliveredAt === null && !asked.isInTurn && waitedMs > typeMsMax;
    if (isOver || isUntyped || waitedMs > askMsOf(deps, session) || (await isAnswered(deps, asked, session, nudge))) break;
    await sleep(lookMs);
  }
  await store.change({ ...by, point: 'stop.ask' }, async (tx, at) => ({
    answer: undefined,
    events: await dropNudgeRows(tx, at, { nudges: [asked.nudge], agent: asked.session.agent, why: 'it could not be asked in time' }),
  }));
}

/** A save counts when its turn is over too, so that nothing else that it does is cut off; a turn that ended after the question without one is no answer. */
async function isAnswered({ store }: Deps, { askedAt }: Asked, session: Session, { deliveredAt }: Nudge): Promise<boolean> {
  if (isTurnOpen(session)) return false;
  const endedAt = session.turnEndedAt ?? 0;
  if (deliveredAt !== null && endedAt > deliveredAt) return true;
  const savedAt = (await findNewestSave(store.db, session.id))?.createdAt ?? 0;
  return savedAt >= askedAt && endedAt >= savedAt;
}
