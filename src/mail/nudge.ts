import type { Selectable } from 'kysely';
import { byteLength } from '#base';
import type { Generated } from '#store/model';

/** How a nudge reached its session: with its prime, as the answer to a signal, at a step's end, or typed into its empty prompt. */
export type NudgeChannel = 'start' | 'prompt' | 'stop' | 'step' | 'keys';

/** A line that is to reach an agent's live session now (DESIGN.md section 2). It waits until one takes it, expires, or is dropped. Moments in ms since 1970. */
export interface Nudge {
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
  readonly deliveredAt: number | null;
  readonly deliveredSession: string | null;
  readonly channel: NudgeChannel | null;
  /** A turn of that session began with it. */
  readonly consumedAt: number | null;
  readonly droppedAt: number | null;
  readonly droppedWhy: string | null;
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
    deliveredAt: row.delivered_at,
    deliveredSession: row.delivered_session,
    channel: row.channel,
    consumedAt: row.consumed_at,
    droppedAt: row.dropped_at,
    droppedWhy: row.dropped_why,
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

function renderNudge({ sender, body }: Nudge): string {
  return `[Baton] ${sender}: ${body.trim()}`;
}
