import type { ScreenReading } from '../contract.ts';

/**
 * Gemini CLI draws its prompt as the last of its boxes, in a row of half blocks above and below, and a person's lines of before in the same way:
 *
 * ```
 *  ⠋ Thinking... (esc to cancel, 4s)
 * ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
 *  >   Type your message or @path/to/file
 * ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 *  workspace (/directory)
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
  const bottom = lines.findLastIndex((line) => /^▀{20}/.test(line));
  const top = lines.findLastIndex((line, index) => index < bottom && /^▄{20}/.test(line));
  // What the person said before stands in such a box, too, with the conversation below it.
  if (top < 0 || lines.length - bottom > footerLinesMax) return { prompt: 'unknown' };
  const typed = lines
    .slice(top + 1, bottom)
    .join('\n')
    .replace(/^ ?[*>!]/, '')
    .trim();
  if (typed !== '' && typed !== placeholder) return { prompt: 'typed', typed };
  return { prompt: lines.slice(Math.max(0, top - linesAboveRead), top).some(isWorking) ? 'busy' : 'empty' };
}

const linesRead = 30;
const linesAboveRead = 6;
const footerLinesMax = 6;
const placeholder = 'Type your message or @path/to/file';

/** Its spinner begins the line; the time behind it is cut off where the line is full of names. */
function isWorking(line: string): boolean {
  return /^ ?[⠁-⣿] |\(esc to cancel/u.test(line);
}

/** What stands in the prompt's place (0.61.0). Trust is the first choice; what a tool may do and who pays are a person's to say. */
const dialogs = [
  { name: 'folder trust', sign: /Do you trust the files in this folder\?/, accept: ['Enter'] },
  { name: 'permission', sign: /Allow execution of \[|Apply this change\?|Do you want to proceed\?|1\. Allow once/, accept: [] },
  { name: 'sign in', sign: /How would you like to authenticate for this project\?|Enter Gemini API Key/, accept: [] },
] as const;
