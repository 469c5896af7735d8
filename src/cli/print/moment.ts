import type { Moment } from '#app';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { clockTime } from './when.ts';
import { cutToWidth, onOneLine, plain } from './width.ts';

/** One thing that happened, on a line: when, what, who did it and why; the evidence on a second one. */
export function momentLines(page: Page, moment: Moment): string {
  const tone: Tone | undefined = moment.isProblem ? 'bad' : undefined;
  const about = [moment.session, moment.bead].filter((part) => part !== undefined).join(' ');
  const why = moment.why === '' ? '' : `: ${onOneLine(moment.why)}`;
  const head = `${clockTime(page, moment.at)}  ${moment.isProblem ? '✕' : '●'} ${onOneLine(moment.what)}  by ${moment.by}${why}${about === '' ? '' : `  (${about})`}`;
  // A last screen is a page of its own (`baton sessions logs`).
  const evidence = Object.entries(moment.evidence)
    .filter(([name, value]) => name !== 'screen' && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const lines = [tint(page, tone, cutToWidth(plain(head), page.width))];
  if (evidence !== '') lines.push(tint(page, 'faint', cutToWidth(plain(`            ${onOneLine(evidence)}`), page.width)));
  return lines.join('\n');
}
