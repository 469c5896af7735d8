import type { ScreenReading } from '../contract.ts';

/**
 * Codex draws its prompt behind a `›`, under it a line about model and folder and one of hints; while it works a line above says how to interrupt it.
 * What was sent stands higher up behind the same mark.
 *
 * ```
 * ◦ Working (1s • esc to interrupt)
 *
 * › Ask Codex to do anything
 *
 *   model default · ~/work
 *   ? for shortcuts
 * ```
 */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.trimEnd().split('\n');
  if (lines.every((line) => line.trim() === '')) return { prompt: 'unknown' };
  const dialog = findDialog(lines);
  if (dialog !== undefined) return { prompt: 'busy', dialog };
  const at = lines.findLastIndex((line) => /^›(?: |$)/u.test(line));
  const below = lines.slice(at + 1).filter((line) => line.trim() !== '');
  // While it starts, its prompt stands there without a word of model and folder, and loses what is typed.
  if (at < 0 || !below.some((line) => line.includes(' · '))) return { prompt: 'unknown' };
  const text = lines[at]?.slice(1).trim() ?? '';
  if (text !== '' && text !== placeholder) return { prompt: 'typed' };
  return { prompt: lines.slice(Math.max(0, at - busyLinesMax), at).some((line) => /\besc to interrupt\b/.test(line)) ? 'busy' : 'empty' };
}

/** What it writes into an empty prompt (0.169.0). */
const placeholder = 'Ask Codex to do anything';
/** Between the line of its work and its prompt stand the messages that wait. */
const busyLinesMax = 12;

/** A folder's trust is accepted by its first choice; what to do about hooks, a login or a command is a person's to say. */
const dialogs = [
  { name: 'trust', sign: /^\s*Trust this folder\?/, accept: ['Enter'] },
  { name: 'hooks', sign: /^\s*Hooks need review/, accept: [] },
  { name: 'login', sign: /^\s*Choose how you want to use Codex/, accept: [] },
  { name: 'permission', sign: /^\s*(?:Would you like to|Allow Codex to)\b/, accept: [] },
] as const;

/** A dialog stands above its choices, one of which is marked, and takes the prompt's place. */
function findDialog(lines: readonly string[]): ScreenReading['dialog'] {
  const choice = lines.findLastIndex((line) => /^[›>] \d\. /u.test(line));
  if (choice < 0 || lines.slice(choice + 1).some((line) => /^›(?: |$)/u.test(line))) return undefined;
  const known = dialogs.find(({ sign }) => lines.slice(0, choice).some((line) => sign.test(line)));
  return known === undefined ? undefined : { name: known.name, accept: known.accept };
}
