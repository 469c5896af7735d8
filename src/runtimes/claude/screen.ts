import type { ScreenReading } from '../contract.ts';

/**
 * Claude Code draws its prompt between two rules, with at most a few lines of hints below:
 *
 * ```
 * ✻ Processing… (1s · ↓ 9 tokens)
 * ────────────────────────────────
 * ❯ what is typed
 * ────────────────────────────────
 *   ⏵⏵ bypass permissions on (shift+tab to cycle) · esc to interrupt
 * ```
 *
 * A dialog or a menu stands in its place. Hints for an empty prompt stand in the prompt itself, dim and otherwise as if they were typed.
 */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.trimEnd().split('\n');
  if (lines.every((line) => line.trim() === '')) return { prompt: 'unknown' };
  const bottom = lines.findLastIndex(isRule);
  const top = lines.findLastIndex((line, index) => index < bottom && isRule(line));
  const typed = lines.slice(top + 1, bottom).join('\n');
  if (top < 0 || lines.length - bottom > footerLinesMax || !/^[❯!]/u.test(typed)) return readDialog(lines);
  const text = typed.replace(/^❯/u, '').trim();
  if (text !== '' && !hints.some((hint) => hint.test(text))) return { prompt: 'typed' };
  return { prompt: isWorking(lines.slice(0, top), lines.slice(bottom)) ? 'busy' : 'empty' };
}

const footerLinesMax = 6;

/** A rule may carry a name at its end. */
function isRule(line: string): boolean {
  return /^─{20}/.test(line);
}

/** What it writes into an empty prompt (2.1.329). The suggestions of a model, which could be any text, are switched off at its launch. */
const hints = [
  /^Press (?:up|Enter) to (?:edit|select) (?:queued messages|the selected message|a queued message)/,
  /^Once fixed, resend your message$/,
  /^Resend your message to try again$/,
  /^Run \/rewind to go back$/,
  /^Try "/,
];

/** The spinner's line is the last one before the prompt that begins at the left edge; `…` stands behind its verb only as long as it works. */
function isWorking(above: readonly string[], below: readonly string[]): boolean {
  if (below.some((line) => /\besc to interrupt\b/.test(line))) return true;
  const last = above.findLast((line) => /^\S/u.test(line)) ?? '';
  return /^[·✢✳✶✻✽*] (?:[^…·]{1,60}…|.* · retrying in )/u.test(last);
}

interface KnownDialog {
  readonly name: string;
  readonly sign: RegExp;
  /** The line that accepts it; without one a person is asked. */
  readonly option?: RegExp;
}

const dialogs: readonly KnownDialog[] = [
  {
    name: 'trust',
    sign: /^\s*(?:Accessing workspace:|Quick safety check:|Do you trust the files in this folder\?)/,
    option: /Yes, (?:I trust this folder|proceed)/,
  },
  { name: 'api-key', sign: /^\s*Detected a custom API key in your environment/, option: /^[\s❯]*(?:\d\. )?Yes\s*$/u },
  { name: 'bypass', sign: /^\s*WARNING: Claude Code running in Bypass Permissions mode/, option: /Yes, I accept/ },
  { name: 'onboarding', sign: /^\s*(?:Choose the (?:text|syntax) style|Select login method:|Choose an option to (?:begin|log ?in))/ },
  { name: 'permission', sign: /^\s*(?:│\s*)?Do you want to (?:proceed|make this edit|create|allow)\b/ },
];

/** A dialog stands in the prompt's place, with its choices at the end. The keys go from the choice that is marked to the one that accepts. */
function readDialog(lines: readonly string[]): ScreenReading {
  const marked = lines.findLastIndex((line) => /^[\s│]*❯ \S/u.test(line));
  const shown = lines.slice(Math.max(0, marked - dialogLinesMax));
  const known = marked < 0 ? undefined : dialogs.find(({ sign }) => shown.some((line) => sign.test(line)));
  if (known === undefined) return { prompt: 'unknown' };
  const wanted = lines.findIndex((line, index) => index > marked - choicesMax && (known.option?.test(line) ?? false));
  const key = wanted > marked ? 'Down' : 'Up';
  const accept = wanted < 0 ? [] : [...Array<string>(Math.abs(wanted - marked)).fill(key), 'Enter'];
  return { prompt: 'busy', dialog: { name: known.name, accept } };
}

const dialogLinesMax = 30;
const choicesMax = 8;
