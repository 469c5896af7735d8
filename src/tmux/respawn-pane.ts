import { Fault } from '#base';
import { listPanes } from './list-panes.ts';
import { checkProgram, listVariables, type PaneProgram, startWords } from './pane-program.ts';
import { askTmux, type Tmux } from './tmux.ts';

/**
 * Starts the program in a dead pane, which keeps its id and its tmux session's name; screen and history begin empty. A pane that is not dead is
 * a `conflict` and stays untouched, a missing one `not-found`.
 */
export async function respawnPane(tmux: Tmux, { paneId, ...program }: PaneProgram & { readonly paneId: string }): Promise<void> {
  checkProgram(program);
  const pane = (await listPanes(tmux)).find((candidate) => candidate.paneId === paneId);
  if (pane === undefined) throw new Fault('not-found', `there is no pane ${paneId}`, { hint: 'a new one can be made' });
  // tmux would take a pane whose program closed its terminal and lives on; what is dead stays dead until here.
  if (!pane.isDead) throw new Fault('conflict', `the pane ${paneId} "${pane.session}" is not dead: pid ${pane.pid}`, { hint: 'end its program first' });
  const variables = listVariables(program.env).flatMap((entry) => ['-e', entry]);
  const respawn = ['respawn-pane', '-t', paneId, '-c', '/', ...variables, ...startWords(program)];
  // Nothing of the new program is read before the sequence is over, so its first lines are not cleared with the old history.
  await askTmux(tmux, [respawn, ['clear-history', '-t', paneId], ['set-option', '-p', '-t', paneId, '@baton_session', program.mark]], { isPrivate: true });
}
