import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** A provider of our own by Chat Completions; the changelog of this version was read. */
export const settlePi: SettleIn = ({ home, url, version }) => {
  const config = join(home, '.pi/agent');
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = { id: 'scripted', name: 'Scripted', reasoning: false, input: ['text'], contextWindow: 200_000, maxTokens: 8000, cost };
  const provider = { baseUrl: `${url}/v1`, api: 'openai-completions', apiKey: dummyKey, models: [model] };
  writeHomeFile(join(config, 'models.json'), { providers: { scripted: provider } });
  writeHomeFile(join(config, 'settings.json'), {
    ...{ defaultProvider: 'scripted', defaultModel: 'scripted', lastChangelogVersion: version, enableInstallTelemetry: false },
  });
  return { PI_CODING_AGENT_DIR: config, PI_OFFLINE: '1', PI_SKIP_VERSION_CHECK: '1', PI_TELEMETRY: '0' };
};
