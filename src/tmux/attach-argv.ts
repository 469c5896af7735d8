import type { Tmux } from './tmux.ts';

/** The words that show this pane in the person's terminal. They work inside another tmux too: that one's variables are taken away first. */
export function attachArgv({ connection }: Tmux, name: string): string[] {
  const { program, env, socketName } = connection;
  const folder = env.TMUX_TMPDIR;
  const place = folder === undefined ? ['-u', 'TMUX_TMPDIR'] : [`TMUX_TMPDIR=${folder}`];
  return ['/usr/bin/env', '-u', 'TMUX', '-u', 'TMUX_PANE', ...place, program, '-N', '-L', socketName, 'attach-session', '-t', `=${name}`];
}

/** The words that bring a person who is inside this very server to another pane of it; run with their own tmux variables. */
export function switchArgv({ connection }: Tmux, name: string): string[] {
  return [connection.program, '-L', connection.socketName, 'switch-client', '-t', `=${name}`];
}

/** True where `tmux` (what the variable TMUX says: socket, pid, session) is a client of this server. */
export function isInside({ connection }: Tmux, tmux: string | undefined): boolean {
  return tmux?.split(',')[0]?.split('/').at(-1) === connection.socketName;
}
