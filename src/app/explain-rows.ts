import type { MergeRequest } from '#landing/model';
import type { Escalation, Nudge } from '#mail/model';
import type { OpeningWhy } from '#sessions';
import type { Handoff, Session } from '#sessions/model';
import { describeWhy } from './explain-now.ts';

/**
 * One thing that happened to an agent, a session or a bead, with who did it, why, and the evidence that it was done on. Made from rows, so that it
 * outlives the events of the journal (DESIGN.md section 12).
 */
export interface Moment {
  readonly at: number;
  readonly what: string;
  readonly by: string;
  readonly why: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly session: string | undefined;
  readonly bead: string | undefined;
  readonly isProblem: boolean;
}

interface Rows {
  readonly sessions: readonly Session[];
  readonly handoffs: readonly Handoff[];
  readonly nudges: readonly Nudge[];
  readonly escalations: readonly Escalation[];
  readonly merges: readonly MergeRequest[];
}

type Told = Partial<Omit<Moment, 'what'>>;

/** Everything that the rows tell, oldest first; of moments that are the same, in the order in which a life goes. */
export function tellMoments({ sessions, handoffs, nudges, escalations, merges }: Rows): Moment[] {
  const moments = [
    ...sessions.flatMap(tellSession),
    ...handoffs.flatMap(tellHandoff),
    ...nudges.flatMap(tellNudge),
    ...escalations.flatMap(tellEscalation),
    ...merges.flatMap(tellMerge),
  ];
  return moments.sort((a, b) => a.at - b.at);
}

/** Nothing where the moment never came. */
function moment(at: number | null | undefined, what: string, told: Told): Moment[] {
  if (at === null || at === undefined) return [];
  return [{ at, what, by: 'daemon', why: '', evidence: {}, session: undefined, bead: undefined, isProblem: false, ...told }];
}

function tellSession(session: Session): Moment[] {
  const { id, generation, launch, bead, openedWhy, condition, process } = session;
  const about = { session: id, bead };
  const isDeath = session.endReason === 'crashed' || session.endReason === 'lost' || session.endReason === 'host-restart';
  return [
    ...moment(session.createdAt, `generation ${generation} opened`, {
      ...about,
      by: launch.sender,
      why: describeOpening(openedWhy, launch.topic),
      evidence: openedWhy,
    }),
    ...moment(session.startedAt, session.isAdopted ? 'adopted' : 'started', {
      ...about,
      why: `${session.runtime} runs`,
      evidence: process === undefined ? {} : { pid: process.pid },
    }),
    ...moment(session.suggestedAt, 'told of its context', { ...about, why: 'it is filling up' }),
    ...moment(session.toldAt, 'told to hand off', {
      ...about,
      why: 'its context',
      evidence: session.toldShare === undefined ? {} : { share: session.toldShare },
    }),
    ...moment(condition?.at, `cannot work: ${condition?.kind ?? ''}`, {
      ...about,
      why: condition?.detail ?? '',
      evidence: condition?.until === undefined ? {} : { until: condition.until },
      isProblem: true,
    }),
    ...moment(session.endedAt, `ended: ${session.endReason ?? ''}`, {
      ...about,
      why: wordsOf(session.endEvidence, session.endReason ?? ''),
      evidence: session.endEvidence,
      isProblem: isDeath,
    }),
    ...moment(session.goneAt, 'its processes are gone', about),
  ];
}

function tellHandoff(handoff: Handoff): Moment[] {
  const { receipt } = handoff;
  const about = { session: handoff.sourceSession, why: handoff.reason, evidence: handoff.evidence };
  const unreceived = { session: handoff.targetSession, why: `no turn began with ${handoff.id}` };
  return [
    ...moment(handoff.createdAt, nameOf(handoff), { ...about, by: authorOf(handoff) }),
    ...moment(receipt.nudgedAt, 'nudged to go on', unreceived),
    ...moment(receipt.restartedAt, 'restarted', { ...unreceived, isProblem: true }),
    ...moment(receipt.escalatedAt, 'a person was called', { ...unreceived, isProblem: true }),
  ];
}

function nameOf({ kind, isPlanned, id }: Handoff): string {
  if (kind === 'end') return isPlanned ? `handoff document ${id}` : `recovery document ${id}`;
  return kind === 'save' ? `saved as ${id}` : `transferred as ${id}`;
}

function authorOf({ writtenBy, evidence }: Handoff): string {
  return typeof evidence.by === 'string' ? evidence.by : writtenBy;
}

function tellNudge(nudge: Nudge): Moment[] {
  const about = { session: nudge.deliveredSession ?? undefined, why: nudge.reason };
  return [
    ...moment(nudge.createdAt, `nudged: ${nudge.body}`, { ...about, by: nudge.sender, evidence: nudge.evidence }),
    ...moment(nudge.missedAt, `nudge ${nudge.id} not received, and brought again`, { ...about, why: nudge.missedWhy ?? '' }),
    ...moment(nudge.droppedAt, `nudge ${nudge.id} dropped`, { ...about, why: nudge.droppedWhy ?? '' }),
  ];
}

function tellEscalation(escalation: Escalation): Moment[] {
  const about = { session: escalation.session ?? undefined, bead: escalation.bead ?? undefined };
  return [
    ...moment(escalation.createdAt, `escalated to ${escalation.target}: ${escalation.text}`, {
      ...about,
      by: escalation.author,
      why: escalation.incident ?? 'asked',
      evidence: { escalation: escalation.id, severity: escalation.severity },
      isProblem: true,
    }),
    ...moment(escalation.closedAt, `escalation ${escalation.id} closed`, { ...about, by: escalation.ackedBy ?? 'overseer' }),
  ];
}

function tellMerge(merge: MergeRequest): Moment[] {
  const about = { session: merge.session, bead: merge.bead, evidence: { merge: merge.id, branch: merge.branch } };
  const isRefused = merge.status === 'refused';
  return [
    ...moment(merge.queuedAt, 'handed in for landing', { ...about, by: merge.agent }),
    ...moment(merge.endedAt, isRefused ? 'landing refused' : `landed as ${merge.landedCommit?.slice(0, 10) ?? '?'}`, {
      ...about,
      by: `${merge.rig}/refinery`,
      why: isRefused ? (merge.failure ?? '') : `${merge.target} holds it`,
      isProblem: isRefused,
    }),
  ];
}

/** The reason in words, where the evidence has one. */
/** Why a life was opened: the supervisor's own reason in its own words, a handoff's in its author's. */
function describeOpening(why: Readonly<Record<string, unknown>>, topic: string): string {
  return isOpeningWhy(why) ? describeWhy(why) : wordsOf(why, topic);
}

function isOpeningWhy(why: Readonly<Record<string, unknown>>): why is OpeningWhy {
  return typeof why.kind === 'string' && ['order', 'never-died', 'progress', 'death', 'reset', 'login', 'disk', 'breaker'].includes(why.kind);
}

function wordsOf(evidence: Readonly<Record<string, unknown>>, otherwise: string): string {
  const words = [evidence.why, evidence.reason, evidence.detail, evidence.kind, evidence.class].find((word) => typeof word === 'string' && word !== '');
  return typeof words === 'string' ? words : otherwise;
}
