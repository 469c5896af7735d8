import type { ContextLimits, Environment } from '../contract.ts';
import { present } from '../present.ts';

/** Windows up to here are those of models, or of a Claude Code, without the long context. */
export const shortWindowTokens = 200_000;

/** A share that a person sets is one of the window less what an answer may take, at most a tenth of it (20,000 tokens). */
const shareBeforeAnswer = 0.9;

/**
 * What of the context Claude Code takes from its environment, as its 2.1.329 reads it: no long context, a window that it compacts within, the window of a
 * model that it does not know, a share at which it compacts earlier than by itself.
 */
export function readLimits(env: Environment): ContextLimits {
  const isShort = /^(?:1|true|yes|on)$/i.test(env.CLAUDE_CODE_DISABLE_1M_CONTEXT?.trim() ?? '');
  const compacted = readCount(env.CLAUDE_CODE_AUTO_COMPACT_WINDOW);
  const largest = Math.min(isShort ? shortWindowTokens : Number.POSITIVE_INFINITY, compacted ?? Number.POSITIVE_INFINITY);
  const percent = Number(env.CLAUDE_AUTOCOMPACT_PCT_OVERRIDE);
  return present({
    windowTokens: readCount(env.CLAUDE_CODE_MAX_CONTEXT_TOKENS),
    windowTokensMax: Number.isFinite(largest) ? largest : undefined,
    compactsAtShare: percent > 0 && percent <= 100 ? (percent / 100) * shareBeforeAnswer : undefined,
  });
}

function readCount(text: string | undefined): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}
