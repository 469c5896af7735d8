import { quoteWord } from '#base';
import type { Acceptance, ForkOrder, Launch, LaunchFile, LaunchOrder } from '../contract.ts';
import { type Hooks, writeHooks } from './hooks.ts';
import { shortWindowTokens } from './limits.ts';

/** `claude --settings FILE --session-id ID PROMPT`; an id that it chose before is gone on with by `--resume`. */
export function launch(order: LaunchOrder): Launch {
  const [program = 'claude', ...words] = order.command ?? [];
  const settings = settingsFile(
    order.filesFolder,
    writeHooks((signal) => `${quoteWord(order.programs.signal)} ${signal}`),
  );
  const conversation = order.resume === undefined ? ['--session-id', order.conversation] : ['--resume', order.resume];
  const isShort = order.windowTokens !== undefined && order.windowTokens <= shortWindowTokens;
  return {
    argv: [program, ...words, '--settings', settings.path, ...conversation, ...modelFlags(order.model), ...permissionFlags(order.permissions), order.prompt],
    env: { ...order.env, ...(isShort ? { CLAUDE_CODE_DISABLE_1M_CONTEXT: '1' } : {}) },
    files: [settings],
    accepted: acceptances(order.env, order.cwd),
  };
}

/** A copy of the conversation, of which nothing is reported: `--resume ID --fork-session --session-id COPY`; a question is answered by `-p`. */
export function fork(order: ForkOrder): Launch {
  const [program = 'claude', ...words] = order.command ?? [];
  const copy = ['--resume', order.conversation, '--fork-session', '--session-id', order.copy];
  const asked = order.question === undefined ? [] : ['-p', '--', order.question];
  return { argv: [program, ...words, ...copy, ...modelFlags(order.model), ...asked], env: order.env, files: [] };
}

/** Where the person's own part of Claude Code lies: CLAUDE_CONFIG_DIR, else `~/.claude`; undefined where the environment tells no home. */
export function configFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.CLAUDE_CONFIG_DIR) return env.CLAUDE_CONFIG_DIR;
  return env.HOME ? `${env.HOME}/.claude` : undefined;
}

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}

function permissionFlags(permissions: LaunchOrder['permissions']): string[] {
  return permissions === 'bypass' ? ['--dangerously-skip-permissions'] : [];
}

/**
 * The warning of `bypass` is skipped for this launch alone. Suggested prompts are off: they cost a request each, and stand in the prompt where a
 * captured screen can't tell them from a typed line.
 */
function settingsFile(folder: string, hooks: Hooks): LaunchFile {
  const settings = { skipDangerousModePermissionPrompt: true, promptSuggestionEnabled: false, hooks };
  return { path: `${folder}/settings.json`, text: `${JSON.stringify(settings, null, 2)}\n` };
}

/**
 * Trust in the folder is looked up for the folder and then upwards to its repository's root and no further, so that trust in the town would not
 * count in a worktree. An account that is a key and no login has nothing to be asked at the first start of all.
 */
function acceptances(env: LaunchOrder['env'], cwd: string): Acceptance[] {
  const path = env.CLAUDE_CONFIG_DIR ? `${env.CLAUDE_CONFIG_DIR}/.claude.json` : env.HOME ? `${env.HOME}/.claude.json` : undefined;
  if (path === undefined) return [];
  const trust: Acceptance = { kind: 'json', path, keys: ['projects', cwd, 'hasTrustDialogAccepted'], value: true };
  const isKeyed = Boolean(env.ANTHROPIC_API_KEY || env.ANTHROPIC_AUTH_TOKEN || env.CLAUDE_CODE_OAUTH_TOKEN);
  return isKeyed ? [{ kind: 'json', path, keys: ['hasCompletedOnboarding'], value: true }, trust] : [trust];
}
