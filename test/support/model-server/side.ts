import type { ApiName, Reading } from './api.ts';
import { fillSchema } from './fit.ts';

/** What of a conversation a summary says; tests look for it in what follows a compaction. */
export const summaryText = 'A scripted summary of all that was said.';

/** Claude Code's compaction offers tools like a turn does; its last words tell it. */
const claudeCompaction = /your task is to create a detailed summary|<analysis>[\s\S]*<summary>/i;

const compaction = /context checkpoint|compact|summari[sz]|state_snapshot/i;

/**
 * The answer to a request that is none of the agent's turns: titles, summaries, routers, which offer no tools or demand a schema's JSON. Undefined
 * for a main request.
 */
export function answerAside(api: ApiName, { said, tools, schema }: Reading): string | undefined {
  if (schema !== undefined) return JSON.stringify(fillSchema(schema));
  const last = said.findLast(({ role }) => role === 'user')?.text ?? '';
  if (api === 'anthropic' && claudeCompaction.test(last)) return `<analysis>\n${summaryText}\n</analysis>\n<summary>\n${summaryText}\n</summary>`;
  if (tools.length > 0) return undefined;
  const asked = `${said.find(({ role }) => role === 'system')?.text ?? ''}\n${last}`;
  if (/state_snapshot/.test(asked)) return `<state_snapshot>\n${summaryText}\n</state_snapshot>`;
  return compaction.test(asked) ? summaryText : 'A scripted title';
}
