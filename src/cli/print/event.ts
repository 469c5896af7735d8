import type { JournalEvent, PrunedFrame } from '#store/model';
import { describeEvent } from './event-words.ts';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { clockTime } from './when.ts';
import { cutToWidth, plain } from './width.ts';

/** Events that say that something went wrong or needs somebody, beside those whose type ends so; `feed --problems` shows only these. */
const problems: ReadonlySet<string> = new Set(['escalation_sent', 'bead_blocked', 'breaker_opened', 'mass_death_suspected', 'estop']);
const problemEnds = /_(death|failed|refused|lost|unconsumed|alarm)$/;
/** Ends of a session that nobody wanted, though no crash. */
const badEnds: ReadonlySet<unknown> = new Set(['context-full', 'host-restart']);
const good: ReadonlySet<string> = new Set(['merged', 'done', 'bead_closed', 'step_done', 'molecule_done', 'breaker_closed', 'thaw']);

/** True for an event that `feed --problems` shows. */
export function isProblem({ type, payload }: Pick<JournalEvent, 'type' | 'payload'>): boolean {
  return problems.has(type) || problemEnds.test(type) || (type === 'session_end' && badEnds.has(payload.reason));
}

/** What people are told where events that they asked for were pruned. */
export function prunedLine({ pruned }: PrunedFrame): string {
  return `events up to ${pruned.seq} were pruned; what is left of them follows`;
}

/** An event with everything in it, for `baton events`. */
export function eventLine(page: Page, event: JournalEvent): string {
  const about = [event.agent, event.bead, event.rig].filter((part) => part !== null).join(' ');
  const payload = Object.keys(event.payload).length === 0 ? '' : JSON.stringify(event.payload);
  const who = event.session === null ? event.actor : `${event.actor}/${event.session}`;
  return fit(page, `${String(event.seq).padStart(6)}  ${clockTime(page, event.at)}  ${event.type}  ${about}  by ${who}  ${payload}`, toneOf(event));
}

/** An event as a short line for people, for `baton feed`: time, whom it is about, what, and the few words that tell most. */
export function feedLine(page: Page, event: JournalEvent): string {
  const about = event.agent ?? event.actor;
  const rest = [event.bead === null ? '' : event.bead, describeEvent(event)].filter((part) => part !== '').join(' · ');
  return fit(
    page,
    `${clockTime(page, event.at)}  ${markOf(event)} ${about}  ${event.type.replaceAll('_', ' ')}${rest === '' ? '' : `  ${rest}`}`,
    toneOf(event),
  );
}

function markOf(event: JournalEvent): string {
  if (isProblem(event)) return '✕';
  return good.has(event.type) ? '■' : '●';
}

function toneOf(event: JournalEvent): Tone | undefined {
  if (isProblem(event)) return 'bad';
  return good.has(event.type) ? 'good' : undefined;
}

function fit(page: Page, line: string, tone: Tone | undefined): string {
  return tint(page, tone, cutToWidth(plain(line).trimEnd(), page.width));
}
