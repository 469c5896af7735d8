import { formatDuration } from '#base';
import { formatShare } from '#context/model';
import type { JournalEvent } from '#store/model';
import { onOneLine } from './width.ts';

/**
 * What of an event tells most, by its type: parts between `|`, of which one is left out where a `{name}` in it is not in the payload. `{a.b}` is a
 * name within a name; names in `Ms` are told as durations, `share` in per cent, lists with commas. A type without a line here is told by
 * `tellingNames`, so a line is worth writing where that is not enough.
 */
const words: Readonly<Record<string, string>> = {
  spawn: '{name}',
  start_ordered: '{runtime} | for {topic}',
  agent_wanted: '{desired} | was {before}',
  session_opened: 'generation {generation} | {runtime} | for {topic}',
  session_start: 'pid {pid}',
  session_primed: 'at {source}',
  session_end: 'generation {generation} | {reason}',
  session_death: 'generation {generation} | {reason} | {evidence.class} | exit code {evidence.exitCode} | signal {evidence.signal} | {evidence.detail}',
  session_gone: 'screen in {screen} | changes in {preserved}',
  session_adopted: 'pid {pid} | in {cwd}',
  session_ready: 'after {survivedMs}',
  session_restored: 'of {session} | {kind} | {branch} | {commit}',
  mass_death_suspected: '{count} sessions | {cause}',
  mass_death_grew: '{count} sessions | {cause}',
  mass_death: '{count} sessions | within {windowMs} | {cause} | {detail} | {agents}',
  mass_death_over: '{count} sessions | {cause}',
  worktree_setup_failed: '{command} | {detail}',
  start_failed: '{reason} | {failure} | exit {code}',
  handoff: '{subject} | {reason}',
  handoff_saved: '{subject} | {reason}',
  handoff_delivered: 'to {session}',
  handoff_received: 'by {session}',
  late_note_added: 'from {session}',
  context_suggested: '{share} of the usable window',
  context_told: '{share} of the usable window',
  context_dropped: '{share} of the usable window',
  nudge: '{reason} | {text}',
  nudge_offered: 'by {channel} | to {session}',
  nudge_delivered: 'by {channel} | to {session}',
  nudge_received: 'by {session}',
  nudge_missed: '{why} | {nudges}',
  nudge_withdrawn: '{why}',
  nudge_altered: '{nudges}',
  delivery_unconsumed: '{mails} | {nudges} | in {session}',
  nudge_dropped: '{why}',
  account_added: '{account} | of {runtime}',
  account_default: '{account} | of {runtime}',
  account_removed: '{account} | of {runtime}',
  breaker_opened: 'last {session} | {class} | {reason}',
  breaker_closed: '{reason}',
  estop: '{reason}',
  thaw: 'after {reason}',
  hook: 'molecule {molecule}',
  unhook: 'to {to} | {reason}',
  sling: '{formula} | {molecule}',
  done: '{status} | {reason}',
  merge_queued: '{branch}',
  merge_started: '{branch} | attempt {attempts}',
  merged: 'onto {target} | as {commit}',
  merge_failed: '{failure}',
  molecule_poured: '{formula} | {steps} steps',
  molecule_done: '{formula}',
  step_started: '{position}/{total} {step}',
  step_done: '{position}/{total} {step} | {note}',
  step_skipped: '{position}/{total} {step} | {note}',
  step_failed: '{position}/{total} {step} | {note}',
  step_reopened: '{position}/{total} {step}',
  bead_reopened: 'from {from} | {reason}',
  mail: '{subject}',
  mail_delivered: 'to {session}',
  mail_received: 'by {session}',
  mail_acked: '{mail}',
  mail_archived: '{mail}',
  escalation_sent: '{severity} | to {target} | {incident}',
  rig_added: '{prefix} | from {source}',
  lease_taken: '{name} | from {from}',
  conversation_noted: '{conversation}',
  conversation_archived: '{conversation}',
  usage_recorded: '{turns} turns | {inputTokens} tokens read | {outputTokens} written',
  krc_pruned: '{count} events | up to {upTo}',
};

/** What of the payload of an event that no line describes tells most, in this order. */
const tellingNames = ['title', 'step', 'subject', 'reason', 'failure', 'text', 'why', 'to', 'name'] as const;

/** The few words that tell most of an event, on one line; empty where there are none. */
export function describeEvent({ type, payload }: Pick<JournalEvent, 'type' | 'payload'>): string {
  const parts = (words[type]?.split(' | ') ?? []).map((part) => fillPart(part, payload)).filter((part) => part !== '');
  return parts.length > 0 ? parts.join(' · ') : onOneLine(tellingNames.map((name) => showValue(name, payload[name])).find((text) => text !== '') ?? '');
}

/** Everything that evidence says, on one line; what stands within something is told by its own name, and a last screen is a page of its own. */
export function describeEvidence(evidence: Readonly<Record<string, unknown>>): string {
  return listEvidence(evidence).join(' · ');
}

function listEvidence(evidence: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(evidence).flatMap(([name, value]) => {
    if (name === 'screen' || value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return listEvidence(value as Readonly<Record<string, unknown>>);
    const said = typeof value === 'boolean' ? (value ? 'yes' : 'no') : onOneLine(showValue(name, value));
    return said === '' ? [] : [`${inWords(name)} ${said}`];
  });
}

/** `exitCode` → `exit code`; the unit is told with the value. */
function inWords(name: string): string {
  return name
    .replace(/Ms$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

function fillPart(part: string, payload: JournalEvent['payload']): string {
  let isKnown = true;
  const text = part.replace(/\{([\w.]+)\}/g, (_, path: string) => {
    const value = showValue(path, path.split('.').reduce<unknown>(stepInto, payload));
    isKnown &&= value !== '';
    return value;
  });
  return isKnown ? onOneLine(text) : '';
}

function stepInto(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function showValue(name: string, value: unknown): string {
  if (typeof value === 'number') return showNumber(name, value);
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string').join(', ');
  return typeof value === 'string' ? value : '';
}

function showNumber(name: string, value: number): string {
  if (name.endsWith('Ms')) return formatDuration(value);
  return name === 'share' ? formatShare(value) : String(value);
}
