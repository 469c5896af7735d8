import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** A provider of our own by Chat Completions. */
export const settleOpencode: SettleIn = ({ home, url }) => {
  const config = join(home, '.config/opencode');
  const model = { name: 'Scripted', tool_call: true, limit: { context: 200_000, output: 8000 } };
  const options = { baseURL: `${url}/v1`, apiKey: dummyKey };
  writeHomeFile(join(config, 'opencode.json'), {
    ...{ autoupdate: false, share: 'disabled', model: 'scripted/scripted', small_model: 'scripted/scripted', enabled_providers: ['scripted'] },
    provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models: { scripted: model } } },
  });
  return { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' };
};
