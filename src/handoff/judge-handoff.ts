import { existsSync } from 'node:fs';
import { isFault, second } from '#base';
import type { Settings } from '#config';
import type { Git } from '#git';
import { isTurnOpen, readSessionRow, type Session } from '#sessions';
import type { Reader, Store } from '#store';
import type { Agent } from '#town';
import { listOwnCommits } from './capture-git.ts';
import { recallTranscript } from './recall-transcript.ts';
import { type CycledLife, isLooping, judgeCooldown } from './rules.ts';

/** Whether a session may be replaced now (H8). */
export type HandoffJudgement = { readonly kind: 'go' } | { readonly kind: 'cooling-down'; readonly untilAt: number } | { readonly kind: 'looping' };

interface Judging {
  readonly agent: Agent;
  readonly session: Session;
  readonly isOrdered: boolean;
  readonly isMeasured: boolean;
}

interface JudgeDeps {
  readonly store: Store;
  readonly git: Git;
  readonly settings: Settings;
}

/** Reads what H8 asks for and judges it; what costs a look at files is looked at only where it decides. */
export async function judgeHandoff(deps: JudgeDeps, judging: Judging): Promise<HandoffJudgement> {
  if (judging.isOrdered) return { kind: 'go' };
  const { agent, session } = judging;
  const lives = await readLives(deps.store.db, agent.address, deps.store.clock.now());
  if (isLooping(lives, agent.resetAt ?? 0) && (await countCommits(deps.git, agent, session)) === 0) return { kind: 'looping' };
  const cooldownMs = deps.settings.get('handoff.cooldown_s', { rig: agent.rig }) * second;
  const lastAt = await findLastHandoff(deps.store.db, agent.address);
  const facts = { lastAt, now: deps.store.clock.now(), cooldownMs, isOrdered: false };
  const judged = judgeCooldown({ ...facts, isMeasured: judging.isMeasured || session.toldAt !== undefined });
  return judged.kind === 'go' ? judged : judgeCooldown({ ...facts, isMeasured: await isPastCycle(deps, agent, session) });
}

/** The agent's newest lives, newest first. Of the one that lives its commits are not known here. */
async function readLives(db: Reader, agent: string, now: number): Promise<CycledLife[]> {
  const rows = await db.selectFrom('sessions').selectAll().where('agent', '=', agent).orderBy('generation', 'desc').limit(3).execute();
  return Promise.all(rows.map(readSessionRow).map((session) => toLife(db, session, now)));
}

async function toLife(db: Reader, session: Session, now: number): Promise<CycledLife> {
  const { endEvidence, firstTurnAt, endedAt } = session;
  // A turn in which it was handed over was never ended.
  const workedUntil = isTurnOpen(session) ? (endedAt ?? now) : session.turnEndedAt;
  const steps = await db.selectFrom('steps').select('id').where('ended_session', '=', session.id).where('status', '=', 'done').execute();
  const isOwn = endEvidence.by === session.agent || endEvidence.by === 'daemon';
  return {
    isCycled: session.endReason === 'handoff' && isOwn && endEvidence.isOrdered !== true,
    endedAt,
    stepCount: steps.length,
    commitCount: Number(endEvidence.commitCount ?? 0),
    workMs: firstTurnAt === undefined || workedUntil === undefined ? 0 : workedUntil - firstTurnAt,
  };
}

/** A worktree that can't be read shows no commits. */
async function countCommits(git: Git, agent: Agent, session: Session): Promise<number> {
  if (agent.worktree === null || !existsSync(agent.worktree)) return 0;
  try {
    return (await listOwnCommits(git, agent.worktree, { agent, session })).length;
  } catch (error) {
    if (!isFault(error)) throw error;
    return 0;
  }
}

async function findLastHandoff(db: Reader, agent: string): Promise<number | undefined> {
  const rows = db.selectFrom('sessions').select('ended_at').where('agent', '=', agent).where('end_reason', '=', 'handoff');
  return (await rows.orderBy('ended_at', 'desc').limit(1).executeTakeFirst())?.ended_at ?? undefined;
}

async function isPastCycle({ settings }: JudgeDeps, agent: Agent, session: Session): Promise<boolean> {
  const { meter } = await recallTranscript(settings, session);
  return meter !== undefined && meter.share >= settings.get('context.cycle', { rig: agent.rig });
}
