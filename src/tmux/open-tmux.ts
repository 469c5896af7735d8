import type { Clock } from '#base';
import { runByProcess } from './run-by-process.ts';
import type { Tmux, TmuxConnection } from './tmux.ts';

/** `program` is `tmux` on the PATH of `env` where nothing is said. */
export type OpenTmuxRequest = { readonly clock: Clock; readonly program?: string; readonly env: Readonly<Record<string, string>>; readonly socketName: string };

/** A tmux server that is asked by one process per sequence (about 4 ms); for commands, which ask it once. Nothing is started. */
export function openTmux(request: OpenTmuxRequest): Tmux {
  const connection = toConnection(request);
  return { connection, run: (commands, options) => runByProcess(connection, commands, options), close: async () => {} };
}

/** Inside a pane, TMUX names somebody else's server and makes clients refuse to nest. */
export function toConnection({ clock, program = 'tmux', env, socketName }: OpenTmuxRequest): TmuxConnection {
  const { TMUX: _server, TMUX_PANE: _pane, ...clean } = env;
  return { clock, program, env: clean, socketName };
}
