/** Lines that change while a program merely waits: they hold a clock, a spinner's dots, a tip. */
const clocks = /\b\d+(?:\.\d+)?\s?(?:ms|s|m|h)\b|\besc\b|…|\btip:/i;
const counts = /[↓↑]?\s?[\d.,]+k?\s+tokens/gi;

/**
 * What of a screen changes only where something is said or done: the letters and digits of its lines, and of those with a clock only the tokens that they
 * count. Two that differ show a program that goes on; equal ones say nothing.
 */
export function readFlow(screen: string): string {
  return screen
    .split('\n')
    .flatMap((line) => (clocks.test(line) ? (line.match(counts) ?? []) : [line.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()]))
    .filter((line) => line !== '')
    .join('\n');
}
