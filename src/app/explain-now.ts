import { formatDuration, unreachable } from '#base';
import type { AgentPlan, OpeningWhy, RestartWhy } from '#sessions';
import type { ShownBead } from '#work';
import { isLanding } from '#work/model';

/** Why something is done now, or is not, in a sentence for people. */
export interface Reason {
  readonly kind: string;
  readonly text: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

type PlanOf<K extends AgentPlan['kind']> = Extract<AgentPlan, { kind: K }>;

/** One sentence for each kind of plan: the only place where the supervisor's plans are put into words. */
const sentences: { readonly [K in AgentPlan['kind']]: (plan: PlanOf<K>, now: number) => Reason } = {
  nothing: () => ({ kind: 'nothing', text: 'nothing is to be done: it is as it is wanted', evidence: {} }),
  wait: ({ untilAt, why }, now) => ({
    kind: 'wait',
    text: `it starts again in about ${formatDuration(Math.max(0, untilAt - now))}: ${describeWhy(why)}`,
    evidence: { untilAt, ...why },
  }),
  held: ({ hold }) => ({ kind: 'held', text: `it is held: ${hold.detail}`, evidence: { ...hold } }),
  clear: ({ session }) => ({
    kind: 'clear',
    text: `what is left of ${session.id} is being cleared away (${session.endReason})`,
    evidence: { session: session.id },
  }),
  bury: ({ session, reason, evidence }) => ({
    kind: 'bury',
    text: `${session.id} has ended by itself (${reason}), which is about to be recorded`,
    evidence: { session: session.id, ...evidence },
  }),
  stop: ({ session }) => ({ kind: 'stop', text: `${session.id} is being stopped: it is not wanted to run`, evidence: { session: session.id } }),
  start: ({ session }) => ({ kind: 'start', text: `generation ${session.generation} is being started`, evidence: { session: session.id } }),
  open: ({ why }) => ({ kind: 'open', text: `its next generation is about to begin: ${describeWhy(why)}`, evidence: { ...why } }),
};

/** What the supervisor would do for an agent, and why. */
export function describePlan(plan: AgentPlan, now: number): Reason {
  const sentence = sentences[plan.kind] as (plan: AgentPlan, now: number) => Reason;
  return sentence(plan, now);
}

/** Why an agent waits, or why its next life is opened. */
export function describeWhy(why: RestartWhy | OpeningWhy): string {
  if (why.kind === 'order') return `ordered by ${why.by} (${why.topic})`;
  if (why.kind === 'never-died') return 'it is wanted to run and does not';
  const death = `${why.session} ended (${why.class})${why.count > 1 ? `, ${why.count} in a row` : ''}`;
  switch (why.kind) {
    case 'breaker':
      return `its breaker is open since ${why.openedBy}, and it is only tried from time to time; ${death}`;
    case 'reset':
      return `its limit has to reset; ${death}`;
    case 'login':
      return `somebody has to log in; ${death}`;
    case 'progress':
      return `${death} after it had made progress`;
    case 'disk':
    case 'death':
      return death;
    default:
      return unreachable(why);
  }
}

/** Where a bead stands, and who could move it on. */
export function describeBead({ bead, needs }: ShownBead, merge: string | undefined): Reason {
  const open = needs.filter(({ status }) => status !== 'done').map(({ id }) => id);
  if (bead.status === 'done' || bead.status === 'dropped') return { kind: bead.status, text: `it is ${bead.status}`, evidence: { closedAt: bead.closedAt } };
  if (bead.hookedBy !== null) {
    const held = bead.status === 'blocked' ? `, and waits: ${bead.blockedReason ?? 'no reason was told'}` : '';
    return { kind: 'hooked', text: `it hangs on ${bead.hookedBy}${held}; \`baton why ${bead.hookedBy}\` tells more`, evidence: { hookedBy: bead.hookedBy } };
  }
  if (isLanding(bead))
    return { kind: 'landing', text: `it is landing${merge === undefined ? '' : `: \`baton mq show ${merge}\``}`, evidence: { merge: merge ?? null } };
  if (bead.status === 'blocked') return { kind: 'blocked', text: `it waits for a person: ${bead.blockedReason ?? 'no reason was told'}`, evidence: {} };
  if (open.length > 0) return { kind: 'waits', text: `it waits for ${open.join(', ')}`, evidence: { needs: open } };
  return { kind: 'ready', text: `nobody has it: \`baton sling ${bead.id} ${bead.rig ?? 'AGENT'}\``, evidence: {} };
}
