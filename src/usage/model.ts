import { formatCount, plural } from '#base';

declare module '#store/model' {
  interface Tables {
    usage: UsageRow;
  }
}

/** What one turn of a model cost, as stored: tokens, and how full the window was after it. */
export interface UsageRow {
  conversation: string;
  turn: string;
  session: string;
  agent: string;
  bead: string | null;
  model: string | null;
  is_subagent: number;
  input: number;
  output: number;
  cached: number;
  cache_write: number;
  context: number;
  at: number;
}

/** What was spent in all: turns, and their tokens; `cachedTokens` and `cacheWriteTokens` are part of the input. */
export interface Spending {
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
}

/** Where nothing was spent. */
export const noSpending: Spending = { turns: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 };

/** One line for people: `12 turns: 340k tokens read (300k of them cached), 8k written`. */
export function formatSpending({ turns, inputTokens, outputTokens, cachedTokens }: Spending): string {
  const cached = cachedTokens === 0 ? '' : ` (${formatCount(cachedTokens)} of them cached)`;
  return `${plural(turns, 'turn')}: ${formatCount(inputTokens)} tokens read${cached}, ${formatCount(outputTokens)} written`;
}
