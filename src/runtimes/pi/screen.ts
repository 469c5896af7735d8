import type { ScreenReading } from '../contract.ts';

/**
 * pi draws its prompt between two rules, with two lines about folder, usage and model below. While it works the upper rule carries a spinner:
 *
 * ```
 * ── ⠏ Working ───────────────────
 * what is typed
 * ────────────────────────────────
 * ~/work
 * ↑2.0k ↓40 0.5%/200k (auto)            model
 * ```
 */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.trimEnd().split('\n');
  if (lines.every((line) => line.trim() === '')) return { prompt: 'unknown' };
  if (lines.slice(-dialogLinesMax).some((line) => /^\s*Trust project folder\?/.test(line)))
    return { prompt: 'busy', dialog: { name: 'trust', accept: ['Enter'] } };
  const bottom = lines.findLastIndex((line) => isRule(line));
  const top = lines.findLastIndex((line, index) => index < bottom && (isRule(line) || isBusyRule(line)));
  if (top < 0 || lines.length - bottom > footerLinesMax + 1) return { prompt: 'unknown' };
  const typed = lines
    .slice(top + 1, bottom)
    .join('\n')
    .trim();
  if (typed !== '') return { prompt: 'typed', typed };
  return { prompt: isBusyRule(lines[top] ?? '') ? 'busy' : 'empty' };
}

/** Folder, usage, and what extensions add. */
const footerLinesMax = 5;
const dialogLinesMax = 20;

function isRule(line: string): boolean {
  return /^─{20,}$/u.test(line.trimEnd());
}

function isBusyRule(line: string): boolean {
  return /^─+ [\u2800-\u28ff] .*─{3}/u.test(line);
}
