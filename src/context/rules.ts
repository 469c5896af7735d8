import type { ContextLimits, Descriptor } from '#runtimes/model';
import type { UsageReading } from '#transcripts/model';
import type { Meter } from './model.ts';

/** Shares of the usable window, each at least the one before (`context.suggest / cycle / hard`). */
export interface MeterThresholds {
  readonly suggest: number;
  readonly cycle: number;
  readonly hard: number;
}

/** What a session has been said about its context since it last dropped: moments in ms since 1970. */
export interface MeterMarks {
  readonly suggestedAt?: number | undefined;
  readonly toldAt?: number | undefined;
}

/**
 * What a meter asks for (C2).
 *
 * - `calm`: nothing; also from 70 % on once the line was said, until it drops.
 * - `suggest`: one line.
 * - `cycle`: hand off at the next boundary; asked again at every boundary until it happens.
 * - `hard`: don't wait for the turn's end.
 */
export type MeterJudgement = 'calm' | 'suggest' | 'cycle' | 'hard';

/** The judgement of a meter. A threshold is reached by being equal to it. */
export function judgeMeter(meter: Pick<Meter, 'share'>, thresholds: MeterThresholds, marks: MeterMarks): MeterJudgement {
  if (meter.share >= thresholds.hard) return 'hard';
  if (meter.share >= thresholds.cycle) return 'cycle';
  if (meter.share < thresholds.suggest) return 'calm';
  return marks.suggestedAt === undefined && marks.toldAt === undefined ? 'suggest' : 'calm';
}

/** True when something was said to a session and its context has dropped below where that begins, so that its marks are to be taken back. */
export function hasDropped(meter: Pick<Meter, 'share'>, thresholds: MeterThresholds, marks: MeterMarks): boolean {
  return meter.share < thresholds.suggest && (marks.suggestedAt !== undefined || marks.toldAt !== undefined);
}

/** What is known of a session that goes on with its predecessor's conversation (H5 `--cycle`); moments in ms since 1970. */
export interface ResumedSession {
  readonly startedAt?: number | undefined;
  readonly firstTurnAt?: number | undefined;
  readonly turnAt?: number | undefined;
  readonly turnEndedAt?: number | undefined;
  readonly toldAt?: number | undefined;
}

/** False while the newest usage in its transcript is its predecessor's, from before its runtime compacted the conversation. */
export function isMeasuredAnew({ last }: Pick<UsageReading, 'last'>, session: ResumedSession): boolean {
  if (last?.at === undefined) return session.turnEndedAt !== undefined;
  return last.at >= (session.startedAt ?? Number.POSITIVE_INFINITY);
}

/**
 * The thresholds of such a session: in its first turn it shows whether going on was any use. Still above the first threshold it is handed off
 * freshly; afterwards it is a session like every other.
 */
export function judgeResumed(thresholds: MeterThresholds, session: ResumedSession): MeterThresholds {
  const isFirstTurn = session.turnAt === session.firstTurnAt || session.toldAt !== undefined;
  return isFirstTurn ? { ...thresholds, cycle: thresholds.suggest } : thresholds;
}

/**
 * The meter that a reading of the transcript shows for a runtime. `windowTokens`: where a setting says how large the window is, it counts; else what the
 * transcript tells, else what the descriptor says, both within what the session's environment allows.
 */
export function measure(reading: UsageReading, { descriptor, windowTokens, limits = {} }: Measuring): Meter {
  const told = reading.windowTokens ?? limits.windowTokens ?? descriptor.windowTokens;
  const window = windowTokens ?? Math.min(told, limits.windowTokensMax ?? told);
  const usable = Math.max(1, Math.floor(window * Math.min(descriptor.compactsAtShare, limits.compactsAtShare ?? 1)));
  const tokens = reading.contextTokens + reading.trailingTokens;
  const burnTokensPerTurn = averageGrowth(reading.recentContextTokens);
  const turnsLeft = burnTokensPerTurn === undefined || burnTokensPerTurn === 0 ? undefined : Math.max(0, Math.floor((usable - tokens) / burnTokensPerTurn));
  return { tokens, window, usable, share: tokens / usable, isMeasured: reading.isMeasured, turns: reading.turnCount, burnTokensPerTurn, turnsLeft };
}

/** Whose reading it is: the runtime, the window where a setting says one, what the session's environment says of its context. */
export interface Measuring {
  readonly descriptor: Pick<Descriptor, 'windowTokens' | 'compactsAtShare'>;
  readonly windowTokens?: number | undefined;
  readonly limits?: ContextLimits | undefined;
}

/** Average growth from one turn to the next; a turn that shrank the context (a compaction) is no growth, and left out. */
function averageGrowth(contexts: readonly number[]): number | undefined {
  const growths = contexts
    .slice(1)
    .map((tokens, i) => tokens - (contexts[i] ?? 0))
    .filter((growth) => growth >= 0);
  return growths.length === 0 ? undefined : Math.round(growths.reduce((sum, growth) => sum + growth, 0) / growths.length);
}
