import { byteLength, cutToBytes } from '#base';
import type { StartSource } from '#runtimes/model';

/** The four states in which a session begins (P3). */
export type PrimeState = 'post-handoff' | 'crash-recovery' | 'autonomous' | 'normal';

/**
 * What the state is judged by: the newest document of an end that nobody received, the moment of the newest of all, and the newest checkpoint of an
 * earlier session. Moments in ms since 1970.
 */
export interface PrimeFacts {
  readonly document: { readonly isPlanned: boolean } | undefined;
  readonly newestDocumentAt: number | undefined;
  readonly checkpoint: { readonly writtenAt: number; readonly isOver: boolean } | undefined;
  readonly hasWork: boolean;
}

/** `post-handoff` > `crash-recovery` > `autonomous` > `normal` (P3). */
export function judgePrimeState(facts: PrimeFacts, now: number, staleMs: number): PrimeState {
  if (facts.document?.isPlanned === true) return 'post-handoff';
  if (facts.document !== undefined || isCheckpointOpen(facts, now, staleMs)) return 'crash-recovery';
  return facts.hasWork ? 'autonomous' : 'normal';
}

/** A checkpoint tells of a crash while it is young, newer than every document, and about work that is not over. */
function isCheckpointOpen({ checkpoint, newestDocumentAt = 0 }: PrimeFacts, now: number, staleMs: number): boolean {
  if (checkpoint === undefined || checkpoint.isOver) return false;
  return now - checkpoint.writtenAt < staleMs && checkpoint.writtenAt > newestDocumentAt;
}

/**
 * What a start signal's prime is judged by: what began the conversation, whether the session's program was told to go on with an earlier one
 * (`isResumed`), whether the session was primed before, and whether a document waits that nobody gave it yet.
 */
export interface PrimeOccasion {
  readonly source: StartSource;
  readonly isResumed: boolean;
  readonly isPrimed: boolean;
  readonly isDelivering: boolean;
}

/** `short` for a conversation that goes on and knows the rest (P4), `full` for one that begins, or that a document waits for which it can't know. */
export function judgeForm({ source, isResumed, isPrimed, isDelivering }: PrimeOccasion): 'full' | 'short' {
  const goesOn = source === 'compact' || source === 'resume' || source === 'fork' || (source === 'startup' && isResumed && !isPrimed);
  return goesOn && (isResumed || !isDelivering) ? 'short' : 'full';
}

/** A part of the prime. `more` is the command that shows all of it; parts without one are never cut. */
export interface PrimePart {
  readonly title: string;
  readonly text: string;
  readonly more: string | undefined;
}

/** The least of a part that is worth showing, in bytes; below it only its command is named. */
const worthShowingBytes = 200;

/**
 * The parts in order of importance, within `budget` bytes of UTF-8, headings and cuts included (P2). What does not fit is cut from the end, and
 * every cut says so and names the command that shows the rest. Only a budget that the uncut parts alone exceed cuts these too.
 */
export function fitParts(parts: readonly PrimePart[], budget: number): string {
  const shown = parts.filter((part) => part.text.trim() !== '');
  const all = shown.map(renderWhole).join('\n');
  if (byteLength(all) <= budget) return all;
  // Room is held for the least that every later part comes to, so that none vanishes without a word.
  let later = shown.reduce((sum, part) => sum + leastBytes(part) + 1, 0);
  let left = budget;
  const blocks: string[] = [];
  for (const part of shown) {
    later -= leastBytes(part) + 1;
    const block = fitPart(part, left - later);
    blocks.push(block);
    left -= byteLength(block) + 1;
  }
  return cutToBytes(blocks.join('\n'), budget);
}

function leastBytes(part: PrimePart): number {
  const whole = byteLength(renderWhole(part));
  return part.more === undefined ? whole : Math.min(whole, byteLength(`${heading(part)}${cutLine(part)}\n`));
}

function renderWhole(part: PrimePart): string {
  return `${heading(part)}${part.text.trim()}\n`;
}

function fitPart(part: PrimePart, room: number): string {
  const whole = renderWhole(part);
  if (part.more === undefined || byteLength(whole) <= room) return whole;
  const text = cutToBytes(part.text.trim(), room - byteLength(heading(part)) - byteLength(cutLine(part)) - 2);
  const body = byteLength(text) < worthShowingBytes ? '' : `${text}\n`;
  return `${heading(part)}${body}${cutLine(part)}\n`;
}

function heading(part: PrimePart): string {
  return part.title === '' ? '' : `# ${part.title}\n`;
}

function cutLine(part: PrimePart): string {
  return `[cut to fit; all of it: ${part.more ?? ''}]`;
}
