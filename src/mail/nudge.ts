import type { Selectable } from 'kysely';
import { byteLength } from '#base';
import type { Generated } from '#store/model';

/** How a nudge reached its session: with its prime, as the answer to a signal, at a step's end, or typed into its empty prompt. */
export type NudgeChannel = 'start' | 'prompt' | 'stop' | 'step' | 'keys';

/**
 * A line that is to reach an agent's live session now (DESIGN.md section 2). Moments in ms since 1970. It is, as `judgeNudge` says:
 *
 * - `accepted`: it waits for a session to be brought to. Left by an offer, by its time being over, or by being dropped.
 * - `offered`: it is being brought: Baton is about to type it or to print it as an answer, and nobody has seen yet that it arrived. Left by that
 *   being seen, or by being missed, which makes it wait again in its old place.
 * - `delivered`: its text was written out to the session, and no turn was seen to go on or to begin with it. Left by that turn, or by being missed.
 * - `consumed`: a turn began, or went on, with it. Nothing leaves it.
 * - `dropped`: what it is for is over, or its time is. Nothing leaves it.
 */
export interface Nudge {
  /** Also its nonce: it stands at the head of what is brought, so that whoever reads a prompt or a transcript knows it again. */
  readonly id: string;
  readonly agent: string;
  readonly sender: string;
  readonly senderSession: string | null;
  /** What it is for: `person`, `hook`, `mail`, `idle`, `stuck`, `receipt`, `late-note`, `thaw`, … */
  readonly reason: string;
  /** While one of an incident waits, asking again adds nothing. */
  readonly incident: string | null;
  readonly body: string;
  /** The facts that asked for it (`baton why`). */
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Its place in the line of its agent: whoever came first is brought first, whatever the clock said. */
  readonly place: number;
  readonly offeredAt: number | null;
  readonly offeredSession: string | null;
  readonly deliveredAt: number | null;
  readonly deliveredSession: string | null;
  readonly channel: NudgeChannel | null;
  /** A turn of that session began with it. */
  readonly consumedAt: number | null;
  readonly droppedAt: number | null;
  readonly droppedWhy: string | null;
  /** How often it was brought in vain, and the last time. */
  readonly missCount: number;
  readonly missedAt: number | null;
  readonly missedWhy: string | null;
}

/** Where a nudge is on its way. */
export type NudgeState = 'accepted' | 'offered' | 'delivered' | 'consumed' | 'dropped';

/** The state that a nudge's facts say. */
export function judgeNudge(nudge: Pick<Nudge, 'offeredAt' | 'deliveredAt' | 'consumedAt' | 'droppedAt'>): NudgeState {
  if (nudge.droppedAt !== null) return 'dropped';
  if (nudge.consumedAt !== null) return 'consumed';
  if (nudge.deliveredAt !== null) return 'delivered';
  return nudge.offeredAt === null ? 'accepted' : 'offered';
}

export interface NudgeRow {
  id: string;
  agent: string;
  sender: string;
  sender_session: string | null;
  reason: string;
  incident: string | null;
  body: string;
  evidence: string;
  created_at: number;
  expires_at: number | null;
  delivered_at: Generated<number | null>;
  delivered_session: Generated<string | null>;
  channel: Generated<NudgeChannel | null>;
  consumed_at: Generated<number | null>;
  dropped_at: Generated<number | null>;
  dropped_why: Generated<string | null>;
  place: Generated<number>;
  offered_at: Generated<number | null>;
  offered_session: Generated<string | null>;
  miss_count: Generated<number>;
  missed_at: Generated<number | null>;
  missed_why: Generated<string | null>;
}

/** A nudge from its row. */
export function readNudge(row: Selectable<NudgeRow>): Nudge {
  return {
    id: row.id,
    agent: row.agent,
    sender: row.sender,
    senderSession: row.sender_session,
    reason: row.reason,
    incident: row.incident,
    body: row.body,
    evidence: JSON.parse(row.evidence) as Record<string, unknown>,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    place: row.place,
    offeredAt: row.offered_at,
    offeredSession: row.offered_session,
    deliveredAt: row.delivered_at,
    deliveredSession: row.delivered_session,
    channel: row.channel,
    consumedAt: row.consumed_at,
    droppedAt: row.dropped_at,
    droppedWhy: row.dropped_why,
    missCount: row.miss_count,
    missedAt: row.missed_at,
    missedWhy: row.missed_why,
  };
}

/** The longest text that is brought at once, in bytes: as much as programs are known to take in one paste. */
const textBytesMax = 4096;

/** Nudges as one text, in their order, as many as fit; the first is always among them. Each says who speaks. */
export function joinNudges(nudges: readonly Nudge[]): { readonly text: string; readonly taken: readonly Nudge[] } {
  const taken: Nudge[] = [];
  let bytes = 0;
  for (const nudge of nudges) {
    bytes += byteLength(renderNudge(nudge)) + 2;
    if (taken.length > 0 && bytes > textBytesMax) break;
    taken.push(nudge);
  }
  return { text: taken.map(renderNudge).join('\n\n'), taken };
}

/** What a nudge's text begins with, wherever it is brought: it is found again by this, and by nothing that Baton says elsewhere. */
export function markNudge({ id }: Pick<Nudge, 'id'>): string {
  return `[Baton ${id}]`;
}

/** A nudge as it is brought, byte for byte as it was given but for its head. */
export function renderNudge(nudge: Pick<Nudge, 'id' | 'sender' | 'body'>): string {
  return `${markNudge(nudge)} ${nudge.sender}: ${nudge.body}`;
}
