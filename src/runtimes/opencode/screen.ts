import type { ScreenReading } from '../contract.ts';

/**
 * opencode draws its prompt as the last bar of its screen, the agent and model in its last line, an empty line above and below what is typed:
 *
 * ```
 *   ┃
 *   ┃  what is typed
 *   ┃
 *   ┃  Build · Scripted Mock
 *   ╹▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 *    ■⬝⬝⬝⬝⬝⬝⬝  esc interrupt     1.0K (1%)
 * ```
 *
 * A dialog stands in its place, or over the middle of the screen.
 */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.trimEnd().split('\n');
  if (lines.every((line) => line.trim() === '')) return { prompt: 'unknown' };
  const dialog = dialogs.find(({ sign }) => sign.test(screen));
  if (dialog !== undefined) return { prompt: 'busy', dialog: { name: dialog.name, accept: [] } };
  const bottom = lines.findLastIndex((line) => bottomEdge.test(line));
  // On a wide screen there is a column of facts beside it.
  const width = bottomEdge.exec(lines[bottom] ?? '')?.[0].length;
  const bar = lines.slice(0, Math.max(0, bottom)).map((line) => line.slice(0, width));
  const top = bar.findLastIndex((line) => !/^\s*┃/.test(line));
  // The bar's last line but one is empty, the last one says who answers.
  const rows = bar.slice(top + 1, -1).map((line) => line.replace(/^\s*┃/, '').trim());
  if (bottom < 0 || rows.length === 0) return { prompt: 'unknown' };
  const text = rows.join('\n').trim();
  if (text !== '' && !/^Ask anything/.test(text)) return { prompt: 'typed', typed: text };
  return { prompt: lines.slice(bottom).some((line) => /esc (?:again to )?interrupt/.test(line)) ? 'busy' : 'empty' };
}

const bottomEdge = /^\s*╹▀{10,}/;

/** What a person is asked (1.18.33). */
const dialogs = [
  { name: 'permission', sign: /△ Permission required|Allow once\s+Allow always\s+Reject/ },
  { name: 'sign in', sign: /Connect a provider|Select provider/ },
] as const;
