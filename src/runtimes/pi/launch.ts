import type { Environment, FilePattern, ForkOrder, Launch, LaunchOrder } from '../contract.ts';
import { composeExtension } from './extension.ts';

/**
 * `pi --extension FILE --session-id ID PROMPT`; `--session ID` goes on with a conversation of the same folder. What the folder holds for pi itself
 * (`.pi`) is loaded without a question only where nobody is to be asked.
 */
export function launch(order: LaunchOrder): Launch {
  const [program = 'pi', ...words] = order.command ?? [];
  const extension = { path: `${order.filesFolder}/baton-signals.js`, text: composeExtension({ command: [order.programs.signal] }) };
  const conversation = order.resume === undefined ? ['--session-id', order.conversation] : ['--session', order.resume];
  const trust = order.permissions === 'bypass' ? ['--approve'] : [];
  return {
    argv: [program, ...words, '--extension', extension.path, ...conversation, ...modelFlags(order.model), ...trust, order.prompt],
    env: order.env,
    files: [extension],
  };
}

/**
 * A copy of the conversation, by its file where that is known, because an id of another folder is asked about; nothing is reported of it. pi takes what
 * begins with `@` for a file, also behind `--`, but not with a space before it.
 */
export function fork(order: ForkOrder): Launch {
  const [program = 'pi', ...words] = order.command ?? [];
  const copy = ['--fork', order.transcript ?? order.conversation, '--session-id', order.copy];
  const asked = order.question === undefined ? [] : ['--print', '--', order.question.startsWith('@') ? ` ${order.question}` : order.question];
  return { argv: [program, ...words, ...copy, ...modelFlags(order.model), ...asked], env: order.env, files: [] };
}

/**
 * `<sessions>/--<folder>--/<moment>_<id>.jsonl`, where the folder's slashes are dashes. A folder of sessions that the environment names holds the files
 * themselves; one that only pi's settings name is told by the signals.
 */
export function locateTranscript({ conversation, cwd, env }: { conversation: string; cwd: string; env: Environment }): FilePattern[] {
  const home = configFolder(env);
  const pattern = `*_${conversation}.jsonl`;
  const own = env.PI_CODING_AGENT_SESSION_DIR ? [{ folder: env.PI_CODING_AGENT_SESSION_DIR, pattern }] : [];
  if (home === undefined) return own;
  const folder = `--${cwd.replace(/^\//, '').replace(/[/\\:]/g, '-')}--`;
  return [...own, { folder: `${home}/sessions/${folder}`, pattern }, { folder: `${home}/sessions`, pattern: `*/${pattern}` }];
}

/** Where the person's own part of pi lies: PI_CODING_AGENT_DIR, else `~/.pi/agent`; undefined where the environment tells no home. */
export function configFolder(env: Environment): string | undefined {
  if (env.PI_CODING_AGENT_DIR) return env.PI_CODING_AGENT_DIR;
  return env.HOME ? `${env.HOME}/.pi/agent` : undefined;
}

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}
