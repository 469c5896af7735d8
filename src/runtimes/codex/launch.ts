import type { Environment, FilePattern, ForkOrder, Launch, LaunchOrder } from '../contract.ts';
import { overrideHooks, overrideTrust, signalVariable } from './hooks.ts';

/**
 * `codex [resume] -c KEY=VALUE … [ID] PROMPT`. Overrides are of this launch alone: the person's home of Codex with its login, settings, hooks and
 * conversations stays in use, and no file of it is written for us (decision 0020).
 */
export function launch(order: LaunchOrder): Launch {
  const [program = 'codex', ...words] = order.command ?? [];
  const verb = order.resume === undefined ? [] : ['resume'];
  const about = order.resume === undefined ? [order.prompt] : [order.resume, order.prompt];
  const permissions = order.permissions === 'bypass' ? bypass(order.cwd) : overrideTrust();
  return {
    argv: [program, ...words, ...verb, ...quietly, ...overrideHooks(), ...permissions, ...modelFlags(order.model), ...about],
    env: { ...order.env, [signalVariable]: order.programs.signal },
    files: [],
  };
}

/** A copy of the conversation, of which nothing is reported: `fork ID`, and `exec fork ID QUESTION` for one answer, which would wait for more on stdin. */
export function fork(order: ForkOrder): Launch {
  const [program = 'codex', ...words] = order.command ?? [];
  const flags = [...quietly, ...modelFlags(order.model)];
  if (order.question === undefined) return { argv: [program, ...words, 'fork', ...flags, order.conversation], env: order.env, files: [] };
  const argv = [program, ...words, 'exec', 'fork', '--skip-git-repo-check', ...flags, '--', order.conversation, order.question] as const;
  return { argv, env: order.env, files: [], stdin: '' };
}

/** `<home>/sessions/YYYY/MM/DD/rollout-<moment>-<id>.jsonl`, and the same names without days once it was archived. */
export function locateTranscript({ conversation, env }: { readonly conversation: string; readonly env: Environment }): FilePattern[] {
  const home = homeFolder(env);
  if (home === undefined) return [];
  return [
    { folder: `${home}/sessions`, pattern: `*/*/*/rollout-*-${conversation}.jsonl` },
    { folder: `${home}/archived_sessions`, pattern: `rollout-*-${conversation}.jsonl` },
  ];
}

/** Where the person's own part of Codex lies: CODEX_HOME, else `~/.codex`; undefined where the environment tells no home. */
export function homeFolder(env: Environment): string | undefined {
  if (env.CODEX_HOME) return env.CODEX_HOME;
  return env.HOME ? `${env.HOME}/.codex` : undefined;
}

/**
 * No server that outlives the session and would run the hooks without the session's environment, no question whether to update, and no login shells,
 * which reset PATH on many systems, so that commands would not find `baton`.
 */
const quietly = ['-c', 'features.daemon_auto_start=false', '-c', 'check_for_update_on_startup=false', '-c', 'allow_login_shell=false'];

/** Nothing is asked: neither about commands, nor about hooks, nor about the folder. */
function bypass(cwd: string): string[] {
  const trust = `projects={${JSON.stringify(cwd)}={trust_level="trusted"}}`;
  return ['--dangerously-bypass-approvals-and-sandbox', '--dangerously-bypass-hook-trust', '-c', trust];
}

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}
