import type { Deps } from '../deps.ts';
import { openTownTmux } from '../tmux.ts';

export type TmuxVerbs = ReturnType<typeof tmuxVerbs>;

/** The town's own tmux server, for a person's commands. */
export function tmuxVerbs(deps: Deps) {
  return {
    /** The words that run a tmux command on it, also from inside another tmux. */
    argv: (words: readonly string[]): string[] => {
      const { program, env, socketName } = openTownTmux(deps).connection;
      const folder = env.TMUX_TMPDIR;
      return [
        '/usr/bin/env',
        '-u',
        'TMUX',
        '-u',
        'TMUX_PANE',
        ...(folder === undefined ? ['-u', 'TMUX_TMPDIR'] : [`TMUX_TMPDIR=${folder}`]),
        program,
        '-N',
        '-L',
        socketName,
        ...words,
      ];
    },
  };
}
