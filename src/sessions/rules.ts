import { doublingBackoff, minute, unreachable, withJitter } from '#base';
import type { StartOrder } from '#town/model';
import type { Session, StartWords } from './model.ts';

/**
 * The state of a session, judged when it is read (S2), never stored.
 *
 * - `starting`: its row is there; its program is not known to run yet. Left when pid and start time are recorded.
 * - `priming`: the program runs and has not been primed. Left by its `prime --hook`.
 * - `ready`: primed, and no turn is open. Left by a turn that begins.
 * - `working`: a turn has begun and not ended. Left by the turn's end.
 * - `handing-off`: it was told to hand off and lives on. Left by the handoff, which ends it.
 * - `ended`: its life is over by the record, whether or not its processes are gone.
 */
export type SessionState = 'starting' | 'priming' | 'ready' | 'working' | 'handing-off' | 'ended';

/** The state that a session's facts say. */
export function judgeState(session: Session): SessionState {
  if (session.endedAt !== undefined) return 'ended';
  if (session.startedAt === undefined) return 'starting';
  if (session.primedAt === undefined) return 'priming';
  if (session.toldAt !== undefined) return 'handing-off';
  return (session.turnAt ?? 0) > (session.turnEndedAt ?? 0) ? 'working' : 'ready';
}

/** What the daemon sees of one agent in a round. `observed` is the program of the unended session, as pane and process say. */
export interface AgentFacts {
  readonly desired: 'running' | 'stopped' | 'parked';
  readonly session: Session | undefined;
  /** Ended sessions whose processes are not proven gone, oldest first. */
  readonly ungone: readonly Session[];
  readonly observed: Observed;
  /** Work hangs on its hook; asked only where its program is dead. */
  readonly hasWork: boolean;
  readonly deaths: readonly Death[];
  /** An order newer than the last death asks for a start at once. */
  readonly isOrderedSinceDeath: boolean;
}

/**
 * - `absent`: nothing runs and nothing is left of it.
 * - `alive`: its process runs (pid and start time, or the pane that carries its mark).
 * - `dead`: it was there and is not any more; `evidence` says how it ended as far as is known.
 */
export type Observed = { kind: 'absent' } | { kind: 'alive' } | ({ kind: 'dead' } & ProgramEnd);

/** How a program ended by itself: why, when in ms since 1970, and what showed it. */
export interface ProgramEnd {
  readonly reason: 'crashed' | 'lost' | 'stopped' | 'host-restart';
  readonly at: number;
  readonly evidence: Readonly<{ class: 'clean' | 'crash' | 'lost' | 'host-restart' } & Record<string, unknown>>;
}

/** What is to be done for one agent, one thing a round. */
export type AgentPlan =
  | { kind: 'nothing' }
  | { kind: 'wait'; untilAt: number }
  /** End the processes of a life that is over. */
  | { kind: 'clear'; session: Session }
  /** Record the death of a program that ended by itself. */
  | ({ kind: 'bury'; session: Session } & ProgramEnd)
  /** End a session because it shall not run. */
  | { kind: 'stop'; session: Session }
  /** Bring the program of a session's row to life, or adopt it where it lives. */
  | { kind: 'start'; session: Session }
  /** Open the next generation. */
  | { kind: 'open' };

/**
 * The supervisor's rule. What is over is cleared away before anything starts, so that there is at most one live generation (L3); what should
 * not run is stopped (X2); what should run and does not is started, after the wait that its deaths ask for (R1).
 */
export function planAgent(facts: AgentFacts, now: number, policy: RestartPolicy, fraction: number): AgentPlan {
  const [leftover] = facts.ungone;
  if (leftover !== undefined) return { kind: 'clear', session: leftover };
  if (facts.session !== undefined) return planLive(facts.session, facts);
  if (facts.desired !== 'running') return { kind: 'nothing' };
  const untilAt = facts.isOrderedSinceDeath ? now : judgeRestart(facts.deaths, policy, fraction);
  return untilAt > now ? { kind: 'wait', untilAt } : { kind: 'open' };
}

function planLive(session: Session, facts: AgentFacts): AgentPlan {
  const { desired, observed } = facts;
  if (observed.kind === 'dead') return { kind: 'bury', session, reason: judgeReason(session, observed, facts), at: observed.at, evidence: observed.evidence };
  if (desired !== 'running') return { kind: 'stop', session };
  switch (observed.kind) {
    case 'absent':
      return { kind: 'start', session };
    case 'alive':
      return session.startedAt === undefined ? { kind: 'start', session } : { kind: 'nothing' };
    default:
      return unreachable(observed);
  }
}

/** A program that exits with 0 is no crash where it was to stop anyway, or where it sat at its prompt without work (DESIGN.md section 7). */
function judgeReason(session: Session, { reason, evidence }: ProgramEnd, { desired, hasWork }: AgentFacts): ProgramEnd['reason'] {
  const isClean = reason === 'crashed' && evidence.class === 'clean';
  const isMeant = desired !== 'running' || (!hasWork && judgeState(session) === 'ready');
  return isClean && isMeant ? 'stopped' : reason;
}

/** A session that ended without being asked to. `hadProgress`: a step, a commit or 60 s of work (R1). */
export interface Death {
  readonly at: number;
  readonly hadProgress: boolean;
}

/** Waits of the restart, in ms: the first, doubling up to the largest (`restart.first_s`, `restart.max_s`). */
export interface RestartPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** How long after a death another of the same agent counts as its repetition (R1). */
const deathWindowMs = 15 * minute;
/** Share by which a wait is moved either way, so that agents that died together do not start together. */
const jitterShare = 0.1;

/**
 * When an agent may start again (R1): at once after a session that had made progress, unless the agent also died within 15 min before; else
 * 30 s after the death, doubling with each further one up to 10 min. `fraction` is a random number from 0 up to 1, the same for one death.
 */
export function judgeRestart(deaths: readonly Death[], policy: RestartPolicy, fraction: number): number {
  const row = countRepeated(deaths);
  const last = row.at(-1);
  if (last === undefined) return 0;
  if (row.length === 1 && last.hadProgress) return last.at;
  const n = row[0]?.hadProgress === true ? row.length - 1 : row.length;
  return last.at + withJitter(doublingBackoff(n, policy.firstMs, policy.maxMs), jitterShare, fraction);
}

/** The newest deaths that lie within 15 min of each other, oldest first. */
function countRepeated(deaths: readonly Death[]): Death[] {
  const sorted = [...deaths].sort((a, b) => a.at - b.at);
  const row: Death[] = [];
  for (const death of sorted.reverse()) {
    const next = row[0];
    if (next !== undefined && next.at - death.at > deathWindowMs) break;
    row.unshift(death);
  }
  return row;
}

/** What a successor is started with. */
export interface SuccessorPlan {
  readonly runtime: string;
  readonly launch: StartWords;
}

/**
 * A successor keeps what its predecessor was started with, unless an order that is newer than it names others (H10). The conversation is not
 * kept: a cycle begins a fresh one. A model belongs to its runtime, so another runtime goes without it.
 */
export function planSuccessor(
  predecessor: Pick<Session, 'createdAt' | 'runtime' | 'launch'>,
  order: StartOrder,
  words: { topic: string; sender: string },
): SuccessorPlan {
  const named = (order.orderedAt ?? 0) > predecessor.createdAt ? order : {};
  const runtime = named.runtime ?? predecessor.runtime;
  const model = named.model ?? (runtime === predecessor.runtime ? predecessor.launch.model : undefined);
  const env = { ...predecessor.launch.env, ...named.env };
  const launch = { ...words, runtime, ...(model === undefined ? {} : { model }), ...(Object.keys(env).length === 0 ? {} : { env }) };
  return { runtime, launch };
}
