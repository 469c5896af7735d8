import { byteLength, cutToBytes } from '#base';

/** The four states in which a session begins (P3). */
export type PrimeState = 'post-handoff' | 'crash-recovery' | 'autonomous' | 'normal';

/** What the state is judged by. The document is the newest that nobody received; the checkpoint is of an earlier session. */
export interface PrimeFacts {
  readonly document: { readonly isPlanned: boolean; readonly createdAt: number } | undefined;
  readonly checkpoint: { readonly writtenAt: number; readonly isBeadDone: boolean } | undefined;
  readonly hasWork: boolean;
}

/** `post-handoff` > `crash-recovery` > `autonomous` > `normal` (P3). */
export function judgePrimeState(facts: PrimeFacts, now: number, staleMs: number): PrimeState {
  if (facts.document?.isPlanned === true) return 'post-handoff';
  if (facts.document !== undefined || isCheckpointOpen(facts, now, staleMs)) return 'crash-recovery';
  return facts.hasWork ? 'autonomous' : 'normal';
}

/** A checkpoint tells of a crash while it is young, newer than every document, and about work that is not done. */
function isCheckpointOpen({ checkpoint, document }: PrimeFacts, now: number, staleMs: number): boolean {
  if (checkpoint === undefined || checkpoint.isBeadDone) return false;
  return now - checkpoint.writtenAt < staleMs && checkpoint.writtenAt > (document?.createdAt ?? 0);
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
 * every cut says so and names the command that shows the rest.
 */
export function fitParts(parts: readonly PrimePart[], budget: number): string {
  const shown = parts.filter((part) => part.text.trim() !== '');
  let left = budget;
  const blocks: string[] = [];
  for (const [index, part] of shown.entries()) {
    const block = fitPart(part, left - reserve(shown.slice(index + 1)));
    blocks.push(block);
    left -= byteLength(block) + 1;
  }
  return cutToBytes(blocks.join('\n'), budget);
}

/** Room for naming every later part's command, so that none vanishes without a word. */
function reserve(later: readonly PrimePart[]): number {
  return later.reduce((sum, part) => sum + byteLength(cutLine(part)) + byteLength(heading(part)) + 2, 0);
}

function fitPart(part: PrimePart, room: number): string {
  const whole = `${heading(part)}${part.text.trim()}\n`;
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
