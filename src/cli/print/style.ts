import type { Page } from './page.ts';

/** The few meanings that have a colour; each always stands beside a word or sign that says the same. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'faint' | 'strong';

const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  busy: [36, 39],
  warn: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
  strong: [1, 22],
};

/** The text in a tone's colour where the page shows colours. */
export function tint(page: Page, tone: Tone | undefined, text: string): string {
  if (!page.isColour || tone === undefined || text === '') return text;
  const [on, off] = codes[tone];
  return `\u001B[${on}m${text}\u001B[${off}m`;
}
