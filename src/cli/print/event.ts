import type { JournalEvent } from '#store/model';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { clockTime } from './when.ts';
import { cutToWidth, onOneLine, plain } from './width.ts';

/** Events that say that something went wrong or needs somebody; `feed --problems` shows only these. */
const problems: ReadonlySet<string> = new Set([
  'session_death',
  'mass_death',
  'merge_failed',
  'escalation_sent',
  'step_failed',
  'bead_blocked',
  'start_failed',
  'breaker_opened',
  'landing_refused',
  'handoff_lost',
]);
const good: ReadonlySet<string> = new Set(['merged', 'done', 'bead_closed', 'step_done', 'molecule_done']);

/** True for an event that `feed --problems` shows. */
export function isProblem({ type }: Pick<JournalEvent, 'type'>): boolean {
  return problems.has(type) || /_(failed|refused|death|lost)$/.test(type);
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
  const rest = [event.bead === null ? '' : event.bead, detailOf(event)].filter((part) => part !== '').join(' · ');
  return fit(
    page,
    `${clockTime(page, event.at)}  ${markOf(event)} ${about}  ${event.type.replaceAll('_', ' ')}${rest === '' ? '' : `  ${rest}`}`,
    toneOf(event),
  );
}

/** What of an event's payload tells most, in this order. */
const tellingNames = ['title', 'step', 'subject', 'reason', 'failure', 'text', 'to', 'name'] as const;

function detailOf({ payload }: JournalEvent): string {
  const telling = tellingNames.map((name) => payload[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof telling === 'string' ? onOneLine(telling) : '';
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
