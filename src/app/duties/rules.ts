import type { MeterThresholds } from '#context/model';
import type { AgentPlan, MassDeath, Session } from '#sessions/model';

/** What to do about a session's context: nothing, or hand its work over without it, for the reason given. */
export type CyclePlan = { kind: 'nothing' } | { kind: 'handoff'; reason: string };

/** What is known of a session's context: its share now, since when it is past the hard limit, and whether it was kept from using a further tool. */
export interface CycleFacts {
  readonly toldAt: number | undefined;
  readonly share: number;
  readonly hardAt: number | undefined;
  readonly isBetweenTools: boolean;
  readonly now: number;
  /** How long a session that was told may take to hand off by itself (`handoff.ask_s`). */
  readonly askMs: number;
  /** How long one past the hard limit may take to come to a boundary of its own (`handoff.hard_s`). */
  readonly hardMs: number;
  readonly thresholds: MeterThresholds;
}

/**
 * Who still holds the context writes first (C5): a session that was told has `askMs` to hand off itself, and is handed over when it let them pass
 * and is still past the threshold. One that passed the hard limit within a turn is handed over between two tools, or when a tool takes too long.
 */
export function planCycle({ toldAt, share, hardAt, isBetweenTools, now, askMs, hardMs, thresholds }: CycleFacts): CyclePlan {
  const percent = `${Math.floor(share * 100)} %`;
  if (isBetweenTools && share >= thresholds.hard) return { kind: 'handoff', reason: `context ${percent}, past the hard limit, between two tools` };
  if (toldAt !== undefined) {
    const isOverdue = now - toldAt >= askMs && share >= thresholds.cycle;
    return isOverdue ? { kind: 'handoff', reason: `context ${percent}, told ${Math.round((now - toldAt) / 1000)} s ago` } : { kind: 'nothing' };
  }
  const isHard = share >= thresholds.hard && hardAt !== undefined && now - hardAt >= hardMs;
  return isHard ? { kind: 'handoff', reason: `context ${percent}, past the hard limit` } : { kind: 'nothing' };
}

/**
 * After a mass death agents come back one by one (V2): only one begins a life, and only while nobody else is beginning one. Whose session is opened
 * goes before those whose is not.
 */
export function holdAllButOne<P extends { readonly plan: AgentPlan; readonly isBeginning: boolean }>(planned: readonly P[], massDeath: MassDeath): P[] {
  const hold = { kind: 'mass-death' as const, detail: `${massDeath.sessions.length} sessions died together (${massDeath.cause}); agents come back one by one` };
  const isFree = !planned.some(({ isBeginning, plan }) => isBeginning && plan.kind === 'nothing');
  const findNext = (kind: 'start' | 'open') => planned.find(({ plan }) => plan.kind === kind);
  const next = isFree ? (findNext('start') ?? findNext('open')) : undefined;
  return planned.map((one) => {
    const isHeld = (one.plan.kind === 'open' || one.plan.kind === 'start') && one !== next;
    return isHeld ? { ...one, plan: { kind: 'held' as const, hold } } : one;
  });
}

/** What to do about a program that gives no start signal: nothing, look again, or count it as ready. */
export type ReadyPlan = { kind: 'nothing' } | { kind: 'wait'; forMs: number } | { kind: 'ready'; survivedMs: number };

/** A program that started and neither was primed nor counts as ready yet does so once it has survived for `delayMs` (L1). */
export function planReady({ startedAt, primedAt, readyAt }: Pick<Session, 'startedAt' | 'primedAt' | 'readyAt'>, delayMs: number, now: number): ReadyPlan {
  if (startedAt === undefined || primedAt !== undefined || readyAt !== undefined) return { kind: 'nothing' };
  const survivedMs = now - startedAt;
  return survivedMs < delayMs ? { kind: 'wait', forMs: delayMs - survivedMs } : { kind: 'ready', survivedMs };
}
