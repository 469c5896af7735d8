import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** Signed in by key; the model is chosen, or a router would ask the model for one before each turn. */
export const settleGemini: SettleIn = ({ home, url }) => {
  writeHomeFile(join(home, '.gemini/settings.json'), {
    security: { auth: { selectedType: 'gemini-api-key' } },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 2 },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    model: { name: 'gemini-2.5-pro' },
  });
  return { GEMINI_API_KEY: dummyKey, GOOGLE_GEMINI_BASE_URL: url, COLORTERM: 'truecolor' };
};
