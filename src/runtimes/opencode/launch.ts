import type { ForkOrder, Launch, LaunchOrder } from '../contract.ts';
import { asFields, findFields } from '../json.ts';
import { composePlugin } from './plugin.ts';

/** The environment name of settings, in JSON, that opencode adds to those that it finds. */
const contentVariable = 'OPENCODE_CONFIG_CONTENT';

/**
 * Where any plugin is configured opencode first has npm look for a package of its own in the folders of its settings, and waits for that. Without a network
 * these make it one try; ours takes them out of the environment when it is loaded, which is after that.
 */
const hurry: Readonly<Record<string, string>> = { npm_config_fetch_retries: '0', npm_config_fetch_timeout: '10000' };

/**
 * `opencode --prompt PROMPT` with a plugin of ours beside those of the person, named by the environment. With a conversation to go on with it opens that and
 * passes a prompt by, so that the prompt is pasted.
 */
export function launch(order: LaunchOrder): Launch {
  const [program = 'opencode', ...words] = order.command ?? [];
  const before = Object.fromEntries(Object.keys(hurry).map((name) => [name, order.env[name] ?? null]));
  const plugin = { path: `${order.filesFolder}/baton.js`, text: composePlugin({ command: [order.programs.signal], before }) };
  const bypass = order.permissions === 'bypass' ? ['--auto'] : [];
  const isResumed = order.resume !== undefined;
  const begins = isResumed ? ['--session', order.resume] : ['--prompt', order.prompt];
  return {
    argv: [program, ...words, ...bypass, ...modelFlags(order.model), ...begins],
    env: { ...order.env, ...hurry, [contentVariable]: withPlugin(order.env[contentVariable], plugin.path) },
    files: [plugin],
    isPromptPasted: isResumed,
  };
}

/** A copy of the conversation, of which nothing is reported; `run` answers one question. */
export function fork(order: ForkOrder): Launch {
  const [program = 'opencode', ...words] = order.command ?? [];
  const copy = ['--session', order.conversation, '--fork', ...modelFlags(order.model)];
  const argv: Launch['argv'] = order.question === undefined ? [program, ...words, ...copy] : [program, ...words, 'run', ...copy, '--', order.question];
  return { argv, env: order.env, files: [] };
}

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}

/** What the environment sets already stays. */
function withPlugin(content: string | undefined, path: string): string {
  const set = asFields(findFields(content ?? '{}')) ?? {};
  const others = Array.isArray(set.plugin) ? set.plugin : [];
  return JSON.stringify({ ...set, plugin: [...others, `file://${encodeURI(path)}`] });
}
