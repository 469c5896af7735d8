import { join } from 'node:path';
import { dummyKey, type SettleIn, writeHomeFile } from './settled.ts';

/** A provider of our own: the model by Responses, which is all that Codex speaks. Its daemon would outlive it, and its plugins look up the internet. */
export const settleCodex: SettleIn = ({ home, url }) => {
  const config = join(home, '.codex');
  writeHomeFile(
    join(config, 'config.toml'),
    `model = "scripted"
model_provider = "scripted"
model_context_window = 200000
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
request_max_retries = 1
stream_max_retries = 1

[features]
daemon_auto_start = false
plugins = false

[analytics]
enabled = false
`,
  );
  return { CODEX_HOME: config, SCRIPTED_KEY: dummyKey };
};
