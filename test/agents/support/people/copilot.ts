import { join } from 'node:path';
import { dummyKey, type SettleIn } from './settled.ts';

/** A provider of our own by Chat Completions, with which no login is wanted. */
export const settleCopilot: SettleIn = ({ home, url }) => ({
  ...{ COPILOT_HOME: join(home, '.copilot'), COPILOT_AUTO_UPDATE: 'false', COPILOT_MODEL: 'scripted' },
  ...{ COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_PROVIDER_API_KEY: dummyKey },
  ...{ COPILOT_PROVIDER_MAX_PROMPT_TOKENS: '200000', COPILOT_PROVIDER_MAX_OUTPUT_TOKENS: '8000' },
});
