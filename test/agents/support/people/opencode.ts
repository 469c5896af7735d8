import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** A provider of our own by Chat Completions. Where a plugin is configured opencode fetches a package of its own at its start, unless its settings' folder has it and notes it as locked. */
export const settleOpencode: SettleIn = ({ home, url, version, folder }) => {
  const config = join(home, '.config/opencode');
  const model = { name: 'Scripted', tool_call: true, limit: { context: 200_000, output: 8000 } };
  const options = { baseURL: `${url}/v1`, apiKey: dummyKey };
  writeHomeFile(join(config, 'opencode.json'), {
    ...{ autoupdate: false, share: 'disabled', model: 'scripted/scripted', small_model: 'scripted/scripted', enabled_providers: ['scripted'] },
    provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models: { scripted: model } } },
  });
  const dependencies = { '@opencode-ai/plugin': version };
  writeHomeFile(join(config, 'package.json'), { dependencies });
  writeHomeFile(join(config, 'package-lock.json'), { lockfileVersion: 3, packages: { '': { dependencies } } });
  symlinkSync(join(folder, 'node_modules'), join(config, 'node_modules'));
  return { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' };
};
