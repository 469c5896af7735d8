import { formatDuration } from '#base';

/**
 * What is known of a live session with work on its hook (V1, V5). Times in ms, by a clock that does not jump; `progressMs` since anything moved: a
 * signal, the transcript, a step, a commit.
 */
export interface WatchFacts {
  readonly isWorking: boolean;
  readonly progressMs: number;
  /** Nudges for this since the last progress, and how long ago the newest was queued. */
  readonly nudgeCount: number;
  readonly nudgedMs: number;
  /** The session before it was handed over for the same, and nothing moved since: a third one would do no better. */
  readonly isSecondInVain: boolean;
}

/** `liveness.idle_s`, `.stuck_s` and `.nudges`, in ms. */
export interface WatchPolicy {
  readonly idleMs: number;
  readonly stuckMs: number;
  readonly nudges: number;
}

/** What to do about it: nothing, a nudge, a handoff in its name, or a call for a person. */
export type WatchPlan =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'nudge'; readonly reason: 'idle' | 'stuck'; readonly count: number; readonly why: string }
  | { readonly kind: 'handoff' | 'escalate'; readonly reason: 'idle' | 'stuck'; readonly why: string };

/**
 * Work on the hook but idle, or in a turn without progress: nudge, nudge again, hand over with a document, then one call for a person (V5). Idle
 * without work is healthy, and is not asked about.
 */
export function planWatch(facts: WatchFacts, policy: WatchPolicy): WatchPlan {
  const reason = facts.isWorking ? 'stuck' : 'idle';
  const limitMs = facts.isWorking ? policy.stuckMs : policy.idleMs;
  if (facts.progressMs < limitMs) return { kind: 'nothing' };
  // A nudge is given as long as an idle agent is before the next thing is done, also in a turn: half an hour more would tell nothing new.
  if (facts.nudgeCount > 0 && facts.nudgedMs < Math.min(limitMs, policy.idleMs)) return { kind: 'nothing' };
  const what = reason === 'idle' ? 'idle with work on its hook' : 'in a turn without progress';
  const why = `${what} for ${formatDuration(facts.progressMs)}${facts.nudgeCount === 0 ? '' : `, nudged ${facts.nudgeCount} times`}`;
  if (facts.nudgeCount < policy.nudges) return { kind: 'nudge', reason, count: facts.nudgeCount + 1, why };
  return { kind: facts.isSecondInVain ? 'escalate' : 'handoff', reason, why };
}
