import type { LogLine } from '#app';
import type { Page } from './page.ts';
import { tint } from './style.ts';
import { clockTime } from './when.ts';
import { onOneLine, plain } from './width.ts';

/**
 * A line of the daemon's log: when, how grave, what, and whatever else it tells, each as `name=value`. A message of several lines (a stack) goes on below,
 * drawn in. Nothing is cut: whoever reads a log looks for what is in it. What is no record stands as it is.
 */
export function logLine(page: Page, { ts, level, message, ...more }: LogLine): string {
  const [first = '', ...rest] = plain(wordOf(message)).trimEnd().split('\n');
  const facts = Object.entries(more).map(([name, value]) => `${onOneLine(name)}=${onOneLine(wordOf(value))}`);
  const words = [
    ...(ts === undefined ? [] : [tint(page, 'faint', timeOf(page, wordOf(ts)))]),
    ...(level === undefined ? [] : [tint(page, level === 'error' ? 'bad' : undefined, onOneLine(wordOf(level)).padEnd(levelColumns))]),
    first,
    ...facts.map((fact) => tint(page, 'faint', fact)),
  ];
  return [words.join('  '), ...rest.map((line) => `  ${line}`)].join('\n').trimEnd();
}

/** As wide as the widest level, `error`. */
const levelColumns = 5;

function timeOf(page: Page, ts: string): string {
  const at = Date.parse(ts);
  return Number.isNaN(at) ? onOneLine(ts) : clockTime(page, at);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
