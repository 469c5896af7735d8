import { assert, Fault } from '#base';
import { askTmux, type Tmux } from './tmux.ts';

/**
 * The pane's visible screen as text; with `lines`, up to so many lines of history before it. Blank lines at the end are left out, and so is the
 * line, cut in a narrow pane, with which tmux tells that the pane is dead (it pushes the screen's first line into the history).
 */
export async function captureScreen(tmux: Tmux, paneId: string, { lines = 0 }: { lines?: number } = {}): Promise<string> {
  const text = await askTmux(tmux, [['capture-pane', '-p', '-t', paneId, '-S', String(-lines)]]);
  return text
    .trimEnd()
    .replace(/(^|\n)Pane is dead( \([^\n]*)?$/, '')
    .trimEnd();
}

/** Forgets what scrolled out of the pane; its screen stays. */
export async function clearHistory(tmux: Tmux, paneId: string): Promise<void> {
  await askTmux(tmux, [['clear-history', '-t', paneId]]);
}

/** Sets a pane's own option, whose name begins with `@`, or removes it. */
export async function setPaneOption(tmux: Tmux, paneId: string, name: string, value: string | undefined): Promise<void> {
  assert(/^@[a-z_]+$/.test(name), `"${name}" is not an option of ours`);
  await askTmux(tmux, [value === undefined ? ['set-option', '-p', '-t', paneId, '-u', name] : ['set-option', '-p', '-t', paneId, name, value]]);
}

/** Removes a dead pane, and its tmux session with the last one. A pane that is not dead is a `conflict` and stays. */
export async function removePane(tmux: Tmux, paneId: string): Promise<void> {
  assert(/^%\d+$/.test(paneId), `"${paneId}" is not a pane's id`);
  // tmux itself looks, so nothing can come to life between the look and the removal; the list is there to fail where the pane is missing.
  const output = await askTmux(tmux, [['if-shell', '-F', '-t', paneId, '#{pane_dead}', `kill-pane -t ${paneId}`, `list-panes -t ${paneId} -F alive`]]);
  if (output.includes('alive')) throw new Fault('conflict', `the pane ${paneId} is not dead`, { hint: 'stop its session first' });
}
