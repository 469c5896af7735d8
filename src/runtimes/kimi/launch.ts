import { quoteWord } from '#base';
import type { ForkOrder, Launch, LaunchOrder, Mirror } from '../contract.ts';
import { writeHooks } from './hooks.ts';

/** The environment name of the program's home. */
export const homeVariable = 'KIMI_CODE_HOME';

/**
 * `kimi`, in a home of ours whose `config.toml` is the person's with our hooks behind it and in which all else that the person has is linked (decision
 * 0021). It takes no prompt with its command that it goes on after.
 */
export function launch(order: LaunchOrder): Launch {
  const [program = 'kimi', ...words] = order.command ?? [];
  const home = `${order.filesFolder}/home`;
  const bypass = order.permissions === 'bypass' ? ['--auto'] : [];
  const resumed = order.resume === undefined ? [] : ['--session', order.resume];
  const hooks = writeHooks((signal) => `${quoteWord(order.programs.signal)} ${signal}`);
  return {
    argv: [program, ...words, ...bypass, ...resumed, ...modelFlags(order.model)],
    env: { ...order.env, [homeVariable]: home },
    files: [{ path: `${home}/config.toml`, text: `# Baton's signals, for this launch.\n${hooks}`, behind: 'config.toml' }],
    mirrors: [mirror(home)],
  };
}

/** Its `fork` makes the copy and says its id, with which it is then started: one after the other, in a shell that the second one takes the place of. */
export function fork(order: ForkOrder): Launch {
  const command = [...(order.command ?? ['kimi']), ...modelFlags(order.model)];
  return { argv: ['/bin/sh', '-c', forkScript, 'fork', order.conversation, order.question ?? '', ...command], env: order.env, files: [] };
}

const forkScript = `id=$1 question=$2
shift 2
copy=$("$1" fork "$id" | sed -n 's/^Forked to \\(session_[0-9A-Za-z-]*\\).*/\\1/p')
[ -n "$copy" ] || { echo "kimi made no copy of $id" >&2; exit 1; }
[ -z "$question" ] || exec "$@" --session "$copy" --prompt "$question"
exec "$@" --session "$copy"
`;

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}

/** Conversations, logins, trust and whatever else it keeps of a person stay where they were. */
function mirror(home: string): Mirror {
  return {
    path: home,
    of: '',
    own: ['config.toml'],
    folders: ['sessions', 'credentials', 'workspace-trust', 'user-history'],
    files: ['session_index.jsonl', 'workspaces.json', 'tui.toml', 'device_id'],
  };
}
