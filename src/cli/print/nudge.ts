import type { NudgeStatus } from '#app';
import { formatMoment } from '#base';
import type { Page } from './page.ts';
import type { Tone } from './style.ts';
import { type Cell, facts, table } from './table.ts';
import { ago } from './when.ts';
import { onOneLine, plain } from './width.ts';

const signs: Readonly<Record<NudgeStatus['state'], readonly [string, Tone]>> = {
  accepted: ['○', 'busy'],
  offered: ['◌', 'busy'],
  delivered: ['◐', 'busy'],
  consumed: ['●', 'good'],
  dropped: ['■', 'faint'],
};

/** Nudges as a table. */
export function nudgeTable(page: Page, nudges: readonly NudgeStatus[]): string {
  const columns = [{ heading: 'ID' }, { heading: 'STATE' }, { heading: 'TO' }, { heading: 'FROM' }, { heading: 'WHEN' }, { heading: 'TEXT', isFlexible: true }];
  return table(
    page,
    columns,
    nudges.map((nudge) => [nudge.id, stateOf(nudge), nudge.agent, nudge.sender, ago(page, nudge.createdAt), onOneLine(nudge.body)]),
    'no nudges',
  );
}

/** A whole nudge, with every moment of its way. */
export function nudgePage(page: Page, nudge: NudgeStatus): string {
  const moment = (at: number | null) => (at === null ? undefined : `${formatMoment(at)}, ${ago(page, at)}`);
  const head = facts(page, [
    ['nudge', nudge.id],
    ['state', stateOf(nudge)],
    ['why', nudge.why === '' ? undefined : nudge.why],
    ['from', nudge.senderSession === null ? nudge.sender : `${nudge.sender} (${nudge.senderSession})`],
    ['to', nudge.agent],
    ['for', nudge.reason],
    ['queued', moment(nudge.createdAt)],
    ['offered', moment(nudge.offeredAt)],
    ['delivered', moment(nudge.deliveredAt)],
    ['session', nudge.deliveredSession ?? nudge.offeredSession ?? undefined],
    ['consumed', moment(nudge.consumedAt)],
    ['missed', nudge.missedAt === null ? undefined : `${nudge.missCount} times, last ${ago(page, nudge.missedAt)}`],
    ['dropped', moment(nudge.droppedAt)],
    ['expires', nudge.consumedAt === null && nudge.droppedAt === null && nudge.expiresAt !== null ? formatMoment(nudge.expiresAt) : undefined],
  ]);
  return `${head}\n\n${plain(nudge.body)}`;
}

function stateOf({ state, missCount }: NudgeStatus): Cell {
  const [sign, tone] = state === 'accepted' && missCount > 0 ? (['◌', 'warn'] as const) : signs[state];
  return { text: `${sign} ${state === 'accepted' && missCount > 0 ? 'not received' : state}`, tone };
}
