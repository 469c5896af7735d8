import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** A provider of our own by Chat Completions. */
export const settleKimi: SettleIn = ({ home, url }) => {
  const config = join(home, '.kimi-code');
  writeHomeFile(
    join(config, 'config.toml'),
    `telemetry = false
default_model = "scripted/scripted"

[providers.scripted]
type = "openai"
base_url = "${url}/v1"
api_key = "${dummyKey}"

[models."scripted/scripted"]
provider = "scripted"
model = "scripted"
max_context_size = 200000
capabilities = ["tool_use"]
`,
  );
  return { KIMI_CODE_HOME: config, KIMI_CODE_NO_AUTO_UPDATE: '1', KIMI_DISABLE_TELEMETRY: '1' };
};
