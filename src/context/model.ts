import { formatCount, plural } from '#base';

/**
 * How full a session's context is (DESIGN.md C1). Tokens throughout; `share` is of the usable window, and passes 1 where a runtime let its
 * context grow past it.
 */
export interface Meter {
  readonly tokens: number;
  readonly window: number;
  /** The window up to the runtime's own compaction point. */
  readonly usable: number;
  readonly share: number;
  /** False where it is estimated from the text: before the first turn that tells its usage, and after a compaction that tells no tokens. */
  readonly isMeasured: boolean;
  readonly turns: number;
  /** Growth of the newest turns; undefined before there are two. */
  readonly burnTokensPerTurn: number | undefined;
  /** Turns of that growth until the usable window is full; undefined where nothing grows. */
  readonly turnsLeft: number | undefined;
}

/** A guess that reaches further is none: a conversation that has just begun grows by next to nothing. */
const turnsToldMax = 100;

/** One line for people, and for the answer of `mol step done`: `context 72 % of 167k (120k tokens), about 5 turns left`. */
export function formatMeter(meter: Meter): string {
  const left = meter.turnsLeft === undefined || meter.turnsLeft > turnsToldMax ? '' : `, about ${plural(meter.turnsLeft, 'turn')} left`;
  const doubt = meter.isMeasured ? '' : ', estimated';
  return `context ${formatShare(meter.share)} of ${formatCount(meter.usable)} (${formatCount(meter.tokens)} tokens${doubt})${left}`;
}

/** `72 %`, rounded down, so that a threshold is shown only when it is reached. */
export function formatShare(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}

/** A bar of `width` characters: `▓▓▓▓▓▓▓░░░`. */
export function renderBar(share: number, width: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * width + 1e-9);
  return '▓'.repeat(full) + '░'.repeat(width - full);
}

export { type DocumentSection, documentSections, fitDocument, type HandoffDocument, mergeNotes, readSection, renderDocument, sortNotes } from './document.ts';
export {
  hasDropped,
  isMeasuredAnew,
  judgeMeter,
  judgeResumed,
  type MeterJudgement,
  type MeterMarks,
  type MeterThresholds,
  measure,
  type ResumedSession,
} from './rules.ts';
