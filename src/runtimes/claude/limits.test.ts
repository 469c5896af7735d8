import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLimits } from './limits.ts';

test('what its environment says of the context is read as it reads it (runtimes 46)', () => {
  assert.deepEqual(readLimits({}), {});
  assert.deepEqual(readLimits({ CLAUDE_CODE_DISABLE_1M_CONTEXT: '1' }), { windowTokensMax: 200_000 });
  assert.deepEqual(readLimits({ CLAUDE_CODE_DISABLE_1M_CONTEXT: '0' }), {});
  assert.deepEqual(readLimits({ CLAUDE_CODE_DISABLE_1M_CONTEXT: 'true', CLAUDE_CODE_AUTO_COMPACT_WINDOW: '150000' }), { windowTokensMax: 150_000 });
  assert.deepEqual(readLimits({ CLAUDE_CODE_AUTO_COMPACT_WINDOW: '500000', CLAUDE_CODE_MAX_CONTEXT_TOKENS: '64000' }), {
    windowTokens: 64_000,
    windowTokensMax: 500_000,
  });
  assert.deepEqual(readLimits({ CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '50' }), { compactsAtShare: 0.45 });
  for (const nonsense of ['', 'much', '-5', '0'])
    assert.deepEqual(readLimits({ CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: nonsense, CLAUDE_CODE_AUTO_COMPACT_WINDOW: nonsense }), {}, nonsense);
});
