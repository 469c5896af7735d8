import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** Onboarding done and the key approved (it is known by its last 20 characters). The window is 200 000 tokens, few tries after a failure. */
export const settleClaude: SettleIn = ({ home, temp, url }) => {
  const config = join(home, '.claude');
  writeHomeFile(join(config, '.claude.json'), { hasCompletedOnboarding: true, customApiKeyResponses: { approved: [dummyKey.slice(-20)], rejected: [] } });
  return {
    ...{ CLAUDE_CONFIG_DIR: config, CLAUDE_CODE_TMPDIR: temp, ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: dummyKey },
    ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1', DISABLE_AUTOUPDATER: '1' },
    ...{ CLAUDE_CODE_DISABLE_1M_CONTEXT: '1', CLAUDE_CODE_MAX_RETRIES: '1' },
    // As root it refuses to work without asking, but for a sandbox.
    IS_SANDBOX: '1',
  };
};
