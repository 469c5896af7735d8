import type { NudgeChannel } from '#mail/model';
import type { Runtime } from '#runtimes/model';

/** Where nobody can see whether the program rests, a receipt is waited for so many times as long: longer than most turns take to end. */
const blindTimes = 30;

/**
 * When a nudge that was brought is looked at: a `prompt` or `stop` signal of its session, a `round` of the daemon, or when that session is `over`.
 */
export type Moment = 'prompt' | 'stop' | 'round' | 'over';

/** What is seen of a nudge that was offered to a session. */
export interface OfferFacts {
  readonly channel: NudgeChannel;
  /** Its text is known to have been written out to the session; else whoever was to do it may have died before. */
  readonly isDelivered: boolean;
  readonly ageMs: number;
  /** How long what was typed may take until its turn is seen to begin (`deliver.receipt_s`): a prompt signal is a process, on a busy machine. */
  readonly receiptMs: number;
  /** Its mark stands in the prompt that begins the turn; undefined where the program does not tell its prompts. */
  readonly isInPrompt: boolean | undefined;
  /** Its mark stands in the session's transcript; undefined where nobody can look. */
  readonly isInTranscript: boolean | undefined;
  /** The stop that is told now follows an answer of ours that made the turn go on. */
  readonly isContinued: boolean;
  /** No turn is open, its prompt was seen empty and nothing of it on the screen above; undefined where nobody can see that, or it stands there. */
  readonly isResting: boolean | undefined;
}

/**
 * What became of a nudge that was brought (DESIGN.md section 10): `received`, a turn began or went on with it; `missed`, it came to nothing and is brought
 * again; `open`, it may still arrive. Its mark in a prompt or in the transcript proves that it came. Else it counts as missed only once it can't come any
 * more, since whatever is called missed too early is said twice.
 */
export function judgeOffer(moment: Moment, facts: OfferFacts): 'received' | 'missed' | 'open' {
  // A prime stands in the transcript before any turn has begun with it: that it was told is known by then, and its first turn is waited for.
  const isEnough = facts.channel !== 'start' || moment === 'prompt' || moment === 'stop' || (moment === 'round' && !facts.isDelivered);
  if (facts.isInTranscript === true && isEnough) return 'received';
  switch (moment) {
    case 'over':
      return 'missed';
    case 'prompt':
      return judgeAtPrompt(facts);
    case 'stop':
      return judgeAtStop(facts);
    case 'round':
      return judgeInRound(facts);
  }
}

/** The line with which a turn begins that takes nudges along. */
export const knock = '[Baton] There is a message for you: it comes with this line.';

/**
 * What is typed for nudges: their text; or, where the program would change that and its prompt signal can carry words, a line with which a turn begins that
 * takes them along as they are (`isKnock`).
 */
export function planTyping(text: string, { changesPaste, descriptor: { signals } }: Pick<Runtime, 'changesPaste' | 'descriptor'>): Typing {
  const isKnock = changesPaste?.(text) === true && signals.reported.includes('prompt') && signals.carriesContext.includes('prompt');
  return isKnock ? { text: knock, isKnock } : { text, isKnock };
}

export interface Typing {
  readonly text: string;
  readonly isKnock: boolean;
}

/** Another turn begins. One without its mark says nothing of what was typed a moment ago: its own turn may follow. */
function judgeAtPrompt({ channel, isDelivered, isInPrompt, ageMs, receiptMs }: OfferFacts): 'received' | 'missed' | 'open' {
  if (channel !== 'keys') return isDelivered ? 'received' : 'missed';
  if (isInPrompt !== false || isDelivered) return 'received';
  return ageMs < receiptMs ? 'open' : 'missed';
}

/** A turn ends. It is the one that went on with what an earlier stop was answered; an answer to its prompt that nobody wrote out did not reach it. */
function judgeAtStop({ channel, isDelivered, isContinued, ageMs, receiptMs }: OfferFacts): 'received' | 'missed' | 'open' {
  if (channel === 'stop') return isDelivered || isContinued ? 'received' : 'missed';
  if (channel === 'keys') return isDelivered || ageMs < receiptMs ? 'open' : 'missed';
  return isDelivered ? 'open' : 'missed';
}

/** Nothing was heard. Where it rests at an empty prompt nothing of it is on its way any more, but a prime's reader is given its first turn. */
function judgeInRound({ channel, isDelivered, isResting, ageMs, receiptMs }: OfferFacts): 'missed' | 'open' {
  if (isDelivered && channel !== 'stop') return 'open';
  if (isResting === undefined) return !isDelivered && ageMs >= blindTimes * receiptMs ? 'missed' : 'open';
  return isResting && ageMs >= receiptMs ? 'missed' : 'open';
}
