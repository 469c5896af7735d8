import { minute } from '#base';

/** What is done for uncommitted work before a cycle, beside the snapshot: commit it and push it where allowed, warn of it, or nothing. */
export type WipPolicy = 'push' | 'snapshot' | 'none';

/** The policy for an agent's role (`handoff.wip`). */
export function chooseWip(setting: 'by-role' | WipPolicy, role: string): WipPolicy {
  if (setting !== 'by-role') return setting;
  if (role === 'polecat') return 'push';
  return role === 'crew' ? 'snapshot' : 'none';
}

/** What an agent's wish to be replaced is judged by. Moments in ms since 1970. */
export interface CooldownFacts {
  /** When the agent was last handed off. */
  readonly lastAt: number | undefined;
  readonly now: number;
  readonly cooldownMs: number;
  /** Somebody else ordered it. */
  readonly isOrdered: boolean;
  /** Measured context asks for it: it is from the cycle share on, or the session was told to hand off. */
  readonly isMeasured: boolean;
}

/** Two handoffs of one agent lie apart, except those that measured context asks for (H8), or somebody else's order. */
export function judgeCooldown(facts: CooldownFacts): { kind: 'go' } | { kind: 'cooling-down'; untilAt: number } {
  if (facts.isOrdered || facts.isMeasured || facts.lastAt === undefined) return { kind: 'go' };
  const isCool = Math.abs(facts.now - facts.lastAt) >= facts.cooldownMs;
  return isCool ? { kind: 'go' } : { kind: 'cooling-down', untilAt: facts.lastAt + facts.cooldownMs };
}

/** A life of an agent, for the question whether its cycling leads anywhere. */
export interface CycledLife {
  /** It ended by a handoff that nobody else ordered. */
  readonly isCycled: boolean;
  readonly endedAt: number | undefined;
  readonly stepCount: number;
  readonly commitCount: number;
  /** From its first turn to the end of its last one, in ms. */
  readonly workMs: number;
}

/** A turn of work takes at least so long, as progress does for a restart (R1). */
export const turnOfWorkMs = minute;

/** True where a life brought its work on: a step, a commit, or a turn of work. */
export function hasWorkedOn({ stepCount, commitCount, workMs }: Omit<CycledLife, 'isCycled' | 'endedAt'>): boolean {
  return stepCount > 0 || commitCount > 0 || workMs >= turnOfWorkMs;
}

/**
 * Whether one more handoff would be the third in a row with no work between them (H8). `lives` begin with the one that would end now, newest first;
 * what ended before `resetAt` is forgiven, and somebody else's order breaks the row.
 */
export function isLooping(lives: readonly CycledLife[], resetAt: number): boolean {
  const [current, before, first] = lives;
  if (current === undefined || before === undefined || first === undefined) return false;
  const isCounted = (life: CycledLife) => life.isCycled && (life.endedAt ?? 0) > resetAt;
  return !hasWorkedOn(current) && isCounted(before) && !hasWorkedOn(before) && isCounted(first);
}

/** What is known of the documents that wait for an agent's live session. Moments in ms since 1970. */
export interface ReceiptFacts {
  /** The oldest that no turn began with, and what was done about any of them. */
  readonly createdAt: number;
  readonly nudgedAt: number | undefined;
  readonly restartedAt: number | undefined;
  readonly escalatedAt: number | undefined;
  /** The successor's program runs since; undefined while it does not. */
  readonly startedAt: number | undefined;
  /** Its last sign of life that a runtime reported, its prime among them. */
  readonly progressAt: number | undefined;
  /** Something that is known keeps it from working (a login, a limit, a person who is asked), or its runtime reports no turns. */
  readonly isHeld: boolean;
  readonly receiptMs: number;
}

/**
 * What is due for a document without a receipt (H7): its successor is nudged once, restarted once, then a person is called. Time counts while the
 * successor lives, anew from each sign of life and from whatever was done last; `elapsedMs` says how long ago a moment was.
 */
export function judgeReceipt(facts: ReceiptFacts, elapsedMs: (at: number) => number): 'nothing' | 'nudge' | 'restart' | 'escalate' {
  const { startedAt, createdAt, progressAt, nudgedAt, restartedAt, escalatedAt } = facts;
  if (startedAt === undefined || facts.isHeld || escalatedAt !== undefined) return 'nothing';
  const since = Math.max(createdAt, startedAt, progressAt ?? 0, nudgedAt ?? 0, restartedAt ?? 0);
  if (elapsedMs(since) < facts.receiptMs) return 'nothing';
  if (nudgedAt === undefined) return 'nudge';
  return restartedAt === undefined ? 'restart' : 'escalate';
}
