import type { Tmux } from './tmux.ts';

/** The words that show this pane in the person's terminal. They work inside another tmux too: that one's variables are taken away first. */
export function attachArgv({ connection }: Tmux, name: string): string[] {
  const { program, env, socketName } = connection;
  const folder = env.TMUX_TMPDIR;
  const place = folder === undefined ? ['-u', 'TMUX_TMPDIR'] : [`TMUX_TMPDIR=${folder}`];
  return ['/usr/bin/env', '-u', 'TMUX', '-u', 'TMUX_PANE', ...place, program, '-L', socketName, 'attach-session', '-t', `=${name}`];
}
