import type { ScreenReading } from '../contract.ts';

/** What the program's prompt begins with. It stands on the last line while the program waits for a line, and only then. */
export const promptMark = '❯';

/** What stands after the mark was typed and not sent; where the last line is another one, the program works or waits to be ended. */
export function readScreen(screen: string): ScreenReading {
  const last = screen.trimEnd().split('\n').at(-1)?.trimEnd() ?? '';
  if (last === '') return { prompt: 'unknown' };
  if (!last.startsWith(promptMark)) return { prompt: 'busy' };
  return { prompt: last === promptMark ? 'empty' : 'typed' };
}
