import type { ScreenReading } from '../contract.ts';

/**
 * Kimi Code draws its prompt as the last of its boxes, whether it works or not; while it works a moon turns above it:
 *
 * ```
 *  🌕 · Tip: …
 * ╭────────────────────────────╮
 * │ >                          │
 * ╰────────────────────────────╯
 * Never Ask  scripted  ~/work
 *            context: 3% (4.9k/195k)
 * ```
 *
 * A dialog stands in its place.
 */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.trimEnd().split('\n');
  if (lines.every((line) => line.trim() === '')) return { prompt: 'unknown' };
  const end = lines.slice(-linesRead).join('\n');
  const dialog = dialogs.find(({ sign }) => sign.test(end));
  if (dialog !== undefined) return { prompt: 'busy', dialog: { name: dialog.name, accept: dialog.accept } };
  const bottom = lines.findLastIndex((line) => /^\s*╰─+╯\s*$/.test(line));
  const top = lines.findLastIndex((line, index) => index < bottom && /^\s*╭─.*╮\s*$/.test(line));
  const rows = lines.slice(top + 1, bottom).map((line) => line.trim().replace(/^│/, '').replace(/│$/, '').trimEnd());
  if (top < 0 || lines.length - bottom > footerLinesMax || !/^ [>!]/.test(rows[0] ?? '')) return { prompt: 'unknown' };
  const text = rows.join('\n').trim();
  if (text !== '>') return { prompt: 'typed', typed: text.replace(/^[>!] ?/, '') };
  return { prompt: lines.slice(Math.max(0, top - linesAboveRead), top).some(isWorking) ? 'busy' : 'empty' };
}

const linesRead = 30;
const linesAboveRead = 6;
const footerLinesMax = 6;

/** The moon is one of eight, or the spinner one of the dots; both begin the line. */
function isWorking(line: string): boolean {
  return /^\s*(?:[🌑🌒🌓🌔🌕🌖🌗🌘]|[⠁-⣿] )/u.test(line);
}

/** What stands in the prompt's place (2.1.0). Trust is the first choice; what a tool may do and a login are a person's to say. */
const dialogs = [
  { name: 'folder trust', sign: /Trust this folder\?[\s\S]*❯ Trust this folder/, accept: ['Enter'] },
  { name: 'permission', sign: /Approve once|Approve for this session|Allow this (?:command|action)\?/i, accept: [] },
  { name: 'sign in', sign: /No model configured|Select a platform|Sign in to Kimi/i, accept: [] },
] as const;
