import type { LoggedEntry } from '#app';
import { formatMoment } from '#base';
import type { Page } from './page.ts';
import { tint } from './style.ts';
import { onOneLine, plain } from './width.ts';

/** An entry of a conversation: whose words they are, and when, above them. */
export function logEntry(page: Page, { kind, text, at, subagent, tool }: LoggedEntry): string {
  const who = [kind, tool?.name, tool?.isError === true ? 'failed' : undefined, subagent === undefined ? undefined : `sub-agent ${subagent}`];
  const words = [...who, at === undefined ? undefined : formatMoment(at)].filter((word) => word !== undefined);
  return `${tint(page, 'faint', `── ${onOneLine(words.join(' · '))}`)}\n${plain(text).trimEnd()}\n`;
}
