import { buildEnvironment, hashOfPath } from '#host';
import { openTmux, type Tmux } from '#tmux';
import type { Deps } from './deps.ts';

/** The name of a town's tmux server (DESIGN.md section 19): two towns never share one, nor one with the person's own. */
export function tmuxSocketName(root: string): string {
  return `baton-${hashOfPath(root)}`;
}

/** The town's tmux server for a command, which asks it once or twice. */
export function openTownTmux({ clock, env, root }: Pick<Deps, 'clock' | 'env' | 'root'>): Tmux {
  return openTmux({ clock, env: buildEnvironment(env, { pass: [] }), socketName: tmuxSocketName(root) });
}
