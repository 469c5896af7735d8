import { unreachable } from '#base';
import type { StartOrder } from '#town/model';
import type { Session, StartWords } from './model.ts';
import { type Death, judgeRestart, type RestartPolicy, type RestartWhy } from './restart.ts';

export { type ClassifiedEnd, classifyEnd, reasonOf, type SeenEnd } from './end-class.ts';
export { findMassDeath, type HostSigns, isMassDeathOver, isMassDeathWhole, type MassDeath, type SeenDeath } from './mass-death.ts';
export {
  type Death,
  type EndClass,
  isHealthy,
  type OpenBreaker,
  type RestartJudgement,
  type RestartPolicy,
  type RestartWhy,
} from './restart.ts';
export { planWatch, type WatchFacts, type WatchPlan, type WatchPolicy } from './watch.ts';

/**
 * The state of a session, judged when it is read (S2), never stored.
 *
 * - `starting`: its row is there; its program is not known to run yet. Left when pid and start time are recorded.
 * - `priming`: the program runs and has not been primed. Left by its `prime --hook`, or where it gives no start signal by surviving for a while.
 * - `ready`: primed or survived, and no turn is open. Left by a turn that begins.
 * - `working`: a turn has begun and not ended. Left by the turn's end.
 * - `handing-off`: it was told to hand off and lives on. Left by the handoff, which ends it.
 * - `ended`: its life is over by the record, whether or not its processes are gone.
 */
export type SessionState = 'starting' | 'priming' | 'ready' | 'working' | 'handing-off' | 'ended';

/** The state that a session's facts say. */
export function judgeState(session: Session): SessionState {
  if (session.endedAt !== undefined) return 'ended';
  if (session.startedAt === undefined) return 'starting';
  if (session.primedAt === undefined && session.readyAt === undefined) return 'priming';
  if (session.toldAt !== undefined) return 'handing-off';
  return isTurnOpen(session) ? 'working' : 'ready';
}

/** Whether a turn has begun and not ended, told to hand off or not. */
export function isTurnOpen({ turnAt, turnEndedAt }: Pick<Session, 'turnAt' | 'turnEndedAt'>): boolean {
  return (turnAt ?? 0) > (turnEndedAt ?? 0);
}

/** Whether it sits at its prompt: it began, and no turn is open. One that was told to hand off may do so too. */
export function isIdle(session: Session): boolean {
  return ['ready', 'handing-off'].includes(judgeState(session)) && !isTurnOpen(session);
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
  /** How long ago the last death was, in ms, by a clock that does not jump. */
  readonly sinceDeathMs: number;
  /** Who ordered a start since the last death; such an order asks for one at once. */
  readonly order: { readonly by: string; readonly topic: string } | undefined;
  /** What keeps everything from starting, and under an emergency stop from being ended too. */
  readonly hold: Hold | undefined;
}

/** Why nothing may start, in words for people. `estop`: nothing may be ended either. */
export interface Hold {
  readonly kind: 'estop' | 'disk' | 'budget' | 'mass-death';
  readonly detail: string;
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

/** Why an agent's next generation is opened, kept with it (`baton why`). */
export type OpeningWhy = { readonly kind: 'order'; readonly by: string; readonly topic: string } | (RestartWhy & { readonly waitedMs: number });

/** What is to be done for one agent, one thing a round. */
export type AgentPlan =
  | { kind: 'nothing' }
  | { kind: 'wait'; untilAt: number; why: RestartWhy }
  /** It would be done, but for what holds everything. */
  | { kind: 'held'; hold: Hold }
  /** End the processes of a life that is over. */
  | { kind: 'clear'; session: Session }
  /** Record the death of a program that ended by itself. */
  | ({ kind: 'bury'; session: Session } & ProgramEnd)
  /** End a session because it shall not run. */
  | { kind: 'stop'; session: Session }
  /** Bring the program of a session's row to life, or adopt it where it lives. */
  | { kind: 'start'; session: Session }
  /** Open the next generation. */
  | { kind: 'open'; why: OpeningWhy };

/**
 * The supervisor's rule. What is over is cleared away before anything starts, so that there is at most one live generation (L3); what should
 * not run is stopped (X2); what should run and does not is started, after the wait that its deaths ask for (R1), unless something holds it.
 */
export function planAgent(facts: AgentFacts, now: number, policy: RestartPolicy, fraction: number): AgentPlan {
  const plan = planUnheld(facts, now, policy, fraction);
  const { hold } = facts;
  if (hold === undefined || plan.kind === 'nothing' || plan.kind === 'bury' || plan.kind === 'wait') return plan;
  // Under an emergency stop nothing is done to anybody but what a person orders; everything else only keeps new lives from beginning.
  if (hold.kind === 'estop') return isOrderedEnd(plan, facts) ? plan : { kind: 'held', hold };
  return plan.kind === 'open' ? { kind: 'held', hold } : plan;
}

/** A stop is a person's order, also in a stopped town (`baton down`), and what it leaves is cleared away. */
function isOrderedEnd(plan: AgentPlan, { desired }: AgentFacts): boolean {
  if (desired === 'running') return false;
  return plan.kind === 'stop' || (plan.kind === 'clear' && plan.session.endReason === 'stopped');
}

function planUnheld(facts: AgentFacts, now: number, policy: RestartPolicy, fraction: number): AgentPlan {
  const [leftover] = facts.ungone;
  if (leftover !== undefined) return { kind: 'clear', session: leftover };
  if (facts.session !== undefined) return planLive(facts.session, facts);
  if (facts.desired !== 'running') return { kind: 'nothing' };
  if (facts.order !== undefined) return { kind: 'open', why: { kind: 'order', ...facts.order } };
  const { waitMs, why } = judgeRestart(facts.deaths, policy, fraction);
  if (facts.sinceDeathMs < waitMs) return { kind: 'wait', untilAt: now + waitMs - facts.sinceDeathMs, why };
  return { kind: 'open', why: { ...why, waitedMs: waitMs } };
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

/** Whether an order was given after a session had ended. */
export function isNewerOrder(order: StartOrder, ended: { readonly id: string; readonly endedAt: number | undefined }): boolean {
  return order.sinceSession === ended.id || (order.orderedAt ?? 0) > (ended.endedAt ?? 0);
}

/** What a successor is started with. */
export interface SuccessorPlan {
  readonly runtime: string;
  readonly launch: StartWords;
}

/** What belongs to a runtime, so that another one goes without it. */
const ofRuntime = ['model', 'account', 'command', 'readyDelayMs'] as const;
/** What is said or gone on with once, by the order that names it. */
const ofOrder = ['instructions', 'resume', ...ofRuntime] as const;

/**
 * A successor keeps what its predecessor was started with, unless an order that is newer than it names others (H10). The conversation is kept only
 * where it is named as `resume` (H5 `--cycle`) or by that order, for the runtime whose it is: every other successor begins a fresh one. What is said
 * in its beacon comes from an order only where that was given to replace this predecessor: others are for the session that runs.
 */
export function planSuccessor(
  predecessor: Pick<Session, 'id' | 'createdAt' | 'runtime' | 'launch'>,
  order: StartOrder,
  words: { topic: string; sender: string },
  resume?: string,
): SuccessorPlan {
  const named = (order.orderedAt ?? 0) > predecessor.createdAt ? order : {};
  const runtime = named.runtime ?? predecessor.runtime;
  const env = { ...predecessor.launch.env, ...named.env };
  const said = named.replaces === predecessor.id && named.topic !== undefined ? { topic: named.topic } : {};
  const launch = {
    ...words,
    ...said,
    runtime,
    ...(runtime === predecessor.runtime ? pick(predecessor.launch, ofRuntime) : {}),
    ...(resume === undefined || runtime !== predecessor.runtime ? {} : { resume }),
    ...pick(named, ofOrder),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
  return { runtime, launch };
}

function pick(order: StartOrder, names: readonly (keyof StartOrder)[]): Partial<StartOrder> {
  return Object.fromEntries(names.filter((name) => order[name] !== undefined).map((name) => [name, order[name]]));
}

type Turn = Pick<Session, 'turnAt' | 'turnEndedAt'>;

/** Moments of delivery, the first of them and the first after them: what was brought then was an answer that nobody heard. */
export interface Unheard {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * What a session that begins a turn did not hear of what its last turn was brought (H11): all of it where that turn never ended, because its beginning is
 * asked again or it was cut short; else what came before its newest end, which has received it unless that end was one that is asked again.
 */
export function judgeUnheard({ turnAt, turnEndedAt }: Turn): Unheard | undefined {
  if (turnAt === undefined) return undefined;
  return { from: turnAt, to: hasTurnEnded({ turnAt, turnEndedAt }) ? turnEndedAt : undefined };
}

/**
 * True for the end of a turn that has ended already and did not go on since (`isContinued`, as its runtime tells): it is asked again, because whoever
 * answered was killed, and what that answer brought was not heard.
 */
export function isEndAskedAgain(turn: Turn, { isContinued }: { readonly isContinued?: boolean | undefined }): boolean {
  return hasTurnEnded(turn) && isContinued !== true;
}

function hasTurnEnded({ turnAt, turnEndedAt }: Turn): boolean {
  return turnAt !== undefined && turnEndedAt !== undefined && turnEndedAt >= turnAt;
}
